/** Korean of card 9, how good is it. */

/** @type {Object<string, string>} */
export default {
  Balance: "균형",
  Opacity: "불투명함",
  "No objective score": "객관적 점수가 없음",
  "How good is it?": "얼마나 좋은가?",
  "Three limits of GANs: the two networks have to stay in balance, nobody knows what the numbers of a {latent} mean, and no score says how good the pictures are.":
    "GAN의 세 가지 한계: 두 신경망이 균형을 지켜야 하고, {latent}의 수가 무슨 뜻인지 아무도 모르며, 그림이 얼마나 좋은지 말해 주는 점수가 없습니다.",
  "Each can be answered in part. Here are the three answers, live.": "하나하나 어느 정도는 답할 수 있습니다. 그 세 가지 답을 직접 보세요.",
  "Four generators: a good one, a collapsed one, a noisy one, one that copies its training set. Which of the bad ones do distance, precision and recall not find?":
    "생성자 넷: 좋은 것, 붕괴한 것, 잡음이 낀 것, 학습 그림을 베끼는 것. 나쁜 것 중 거리, 정밀도, 재현율로 찾아내지 못하는 것은?",
  "The collapsed one": "붕괴한 것",
  "The noisy one": "잡음이 낀 것",
  "The one that copies": "베끼는 것",
  "They compare with real pictures, and copies are like real pictures in every respect. The nearest training picture has to be looked for.":
    "이 수치들은 진짜 그림과 비교하는데, 복사본은 모든 면에서 진짜 그림과 같습니다. 가장 가까운 학습 그림을 찾아보아야 합니다.",
  "Unmask all four sets, and look into the other two limits.": "네 묶음의 정체를 모두 밝히고, 다른 두 한계도 살펴보세요.",
  "No single number says how good a generator is: each looks at something else, and so does your eye.": "생성자가 얼마나 좋은지 말하는 단 하나의 수는 없습니다. 수마다 보는 것이 다르고, 눈도 그렇습니다.",
  "The three limits": "세 가지 한계",
  // balance
  "Choose a discriminator: G trains against it from the first step.": "판별자를 고르세요. G가 첫 단계부터 그 판별자를 상대로 학습합니다.",
  "D much too strong": "너무 강한 D",
  "as strong as G": "G와 대등한 D",
  "D much too weak": "너무 약한 D",
  "What D believes, step by step": "단계마다 D가 믿는 것",
  "Step {step}: D(x) {real}, D(G(z)) {fake}.": "{step}단계: D(x) {real}, D(G(z)) {fake}.",
  "Alarm:": "경보:",
  "Both stand near a half, as at the end of a perfect training, and the pictures are noise: a half alone proves nothing. G learns only what its judge has noticed.":
    "완벽한 학습의 끝처럼 둘 다 0.5 근처인데 그림은 잡음입니다. 0.5만으로는 아무것도 증명되지 않습니다. G는 심판이 알아챈 것만 배웁니다.",
  "Neither wins for long, and the pictures get better: that is all there is to watch for, as no loss here says how good they are.":
    "어느 쪽도 오래 이기지 못하고 그림은 나아집니다. 볼 것은 이것뿐입니다. 여기의 어떤 손실도 그림이 얼마나 좋은지 말해 주지 않습니다.",
  "D is hardly ever wrong, so where it is sure its gradient says little: G is told that it is bad, not how to get better.":
    "D가 거의 틀리지 않으니, 확신하는 곳에서는 기울기가 말해 주는 것이 적습니다. G는 못한다는 말만 듣고 어떻게 나아질지는 듣지 못합니다.",
  // opacity
  "Drawing a thousand digits to choose from ...": "고를 숫자 천 개를 그리는 중 ...",
  "Thick minus thin": "굵은 것 빼기 가는 것",
  "added to a thin": "여기에 더할 가는 것",
  "z averaged": "평균 낸 z의 개수",
  "Is it copying? Look for the nearest training pictures": "베끼는 걸까요? 가장 가까운 학습 그림 찾기",
  "thick {digit}": "굵은 {digit}",
  "thin {digit}": "가는 {digit}",
  "the sum": "합",
  "With {n} z each: the sum is read as {digit} ({percent} % sure) and has {gain} % more ink than the thin {other}.":
    "z를 {n}개씩 평균: 합은 {digit}(으)로 읽히고({percent} % 확신), 가는 {other}보다 잉크가 {gain} % 많습니다.",
  "distance {distance}": "거리 {distance}",
  "A test picture that no model has seen lies {distance} from its nearest one: a copy would lie at 0.": "어떤 모델도 본 적 없는 시험 그림은 가장 가까운 학습 그림에서 {distance}만큼 떨어져 있습니다. 복사본이면 0입니다.",
  "The shipped models have learned from MNIST, which is not here, so there is nothing to compare with.": "함께 실린 모델은 MNIST로 배웠는데 그것이 여기에 없어 비교할 것이 없습니다.",
  // four sets
  "Drawing four sets ...": "네 묶음을 그리는 중 ...",
  "What is wrong with {letter}? Press to see.": "{letter}에는 무슨 문제가 있을까요? 누르면 보입니다.",
  "Set {letter}": "묶음 {letter}",
  "Four sets of pictures": "그림 네 묶음",
  "Look first: one is good, one collapsed, one noisy, one copied from its training set. The generator itself plays the data here.":
    "먼저 살펴보세요. 하나는 좋고, 하나는 붕괴했고, 하나는 잡음이 끼었고, 하나는 학습 그림을 베꼈습니다. 여기서는 생성자 자신이 데이터 역할을 합니다.",
  "precision {precision}, recall {recall}": "정밀도 {precision}, 재현율 {recall}",
  "nearest training picture {nearest}": "가장 가까운 학습 그림 {nearest}",
  good: "좋음",
  "Small distance, high precision and recall, and no picture is one of the training set.": "거리가 작고 정밀도와 재현율이 높으며, 학습 그림과 같은 그림이 없습니다.",
  collapsed: "붕괴함",
  "Every picture passes for real, so precision is high and a look at one picture finds nothing. Recall says what is missing.":
    "그림마다 진짜로 통하니 정밀도가 높고, 한 장만 보아서는 알 수 없습니다. 빠진 것은 재현율이 말해 줍니다.",
  noisy: "잡음이 낌",
  "The eye sees at once what is wrong. So do distance and recall: no real picture lies near these. Precision, in these features, sees only a part of it.":
    "눈은 무엇이 잘못인지 바로 알아봅니다. 거리와 재현율도 그렇습니다. 이 그림들 가까이에는 진짜 그림이 없습니다. 이 특징에서 정밀도는 일부만 알아봅니다.",
  copied: "베낌",
  "By distance, precision and recall it is as good as the good one: they reward a photocopier. Only the nearest training picture, at distance 0, gives it away.":
    "거리, 정밀도, 재현율로는 좋은 것과 똑같이 좋습니다. 복사기에 상을 주는 셈입니다. 거리 0에 있는 가장 가까운 학습 그림만이 들통나게 합니다.",
  "The reader of digits, whose features the figures need, is not here.": "수치를 계산하는 데 필요한 숫자 판독기가 여기에 없습니다.",
};
