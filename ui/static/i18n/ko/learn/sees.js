/** Korean of card 5, what each sees. */

/** @type {Object<string, string>} */
export default {
  "What each sees": "각자가 보는 것",
  "This is a real training, held still. D judges a batch: real pictures and fakes, and says of each how real it looks.":
    "멈춰 세운 진짜 학습입니다. D는 진짜 그림과 가짜가 섞인 배치를 보고, 하나하나가 얼마나 진짜 같은지 말합니다.",
  "G never sees a real picture. All it gets is D's {gradient} at its own fakes: brighter here, darker there.": "G는 진짜 그림을 한 번도 보지 못합니다. 자기 가짜에 대한 D의 {gradient}만 받습니다. 여기는 밝게, 저기는 어둡게.",
  "G takes one small step along that gradient. What does D say of the very same fakes then?": "G가 그 기울기를 따라 작은 한 걸음을 뗍니다. 그러면 D는 바로 그 가짜들을 어떻게 볼까요?",
  "They look realer than before": "전보다 더 진짜 같다",
  "They look less real": "덜 진짜 같다",
  "The same: a step is too small to matter": "그대로다. 한 걸음은 너무 작다",
  "The step follows D's own wishes, so D, held fixed, is fooled a little more. D's next turn takes some of that back.":
    "그 걸음은 D가 바라는 대로이므로, 고정된 D는 조금 더 속습니다. D의 다음 차례가 그중 얼마를 되찾습니다.",
  "Choose a fake and go through one step, phase by phase.": "가짜 하나를 고르고 한 단계를 국면마다 따라가 보세요.",
  "Two turns, and each network looks only at what the other one has just done.": "두 차례, 그리고 각 신경망은 상대가 방금 한 일만 봅니다.",
  Fakes: "가짜들",
  "the fake": "가짜",
  "D's gradient": "D의 기울기",
  "after G's step": "G의 한 걸음 뒤",
  "Next phase": "다음 국면",
  "Hold still": "멈춰 세우기",
  "Train on": "계속 학습",
  "Step {step}. G draws fakes from fresh latent vectors; beside them a batch of real pictures. Under each: how real D says it is.":
    "{step}단계. G가 새 잠재 벡터로 가짜를 그리고, 옆에 진짜 배치가 있습니다. 그림 아래는 D가 말하는 진짜일 확률입니다.",
  "D's turn, G held fixed: push D(x) up and D(G(z)) down. Mean D(x) {real} → {realAfter}, mean D(G(z)) {fake} → {fakeAfter}.":
    "D의 차례, G는 고정: D(x)는 올리고 D(G(z))는 내립니다. 평균 D(x) {real} → {realAfter}, 평균 D(G(z)) {fake} → {fakeAfter}.",
  "G's turn, D held fixed: new fakes from fresh z, and D's gradient at each pixel of each. That is all G gets to know.":
    "G의 차례, D는 고정: 새 z로 그린 가짜와, 그 화소마다의 D의 기울기. G가 알게 되는 것은 이것뿐입니다.",
  "G took one step along it. The same z again: mean D(G(z)) {before} → {after}. Then D answers.": "G가 그 방향으로 한 걸음 뗐습니다. 같은 z로 다시: 평균 D(G(z)) {before} → {after}. 이제 D가 응답합니다.",
  "First say what you expect.": "먼저 예상을 골라 주세요.",
  "the fake: D says {percent} % real": "가짜: D는 {percent} % 진짜라고 합니다",
  "after G's step: {percent} % real": "G의 한 걸음 뒤: {percent} % 진짜",
  "{name} {number}: D says {percent} % real": "{name} {number}: D는 {percent} % 진짜라고 합니다",
  "There are no pictures here to train on, so this card has nothing to show. Open the page where MNIST or scikit-learn's digits are.":
    "여기에는 학습할 그림이 없어 이 카드에 보일 것이 없습니다. MNIST나 scikit-learn 숫자가 있는 곳에서 여세요.",
};
