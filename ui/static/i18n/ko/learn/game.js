/** Korean of the card "The game". */

/** @type {Object<string, string>} */
export default {
  "The game": "게임",
  "V says how well the {discriminator} does. D climbs it, the {generator} walks it down, in turns, each by its {gradient}: algorithm 1 of Goodfellow et al. (2014).":
    "V는 {discriminator} D가 얼마나 잘하는지 말합니다. D는 올리고 {generator} G는 내리며 번갈아 각자의 {gradient}를 따릅니다: Goodfellow 등(2014)의 알고리즘 1.",
  "When G takes its step, which part of V can it change?": "G가 한 걸음 갈 때 V의 어느 부분을 바꿀 수 있을까요?",
  "both terms": "두 항 모두",
  "only the term with G(z)": "G(z)가 있는 항만",
  "only the term with the data": "데이터가 있는 항만",
  "The data do not depend on G: it can only move its fakes, so its gradient comes through D(G(z)) alone.":
    "데이터는 G와 무관합니다. G는 가짜만 옮길 수 있어 기울기는 D(G(z))를 통해서만 옵니다.",
  "Press Next line until the algorithm has come round once: see which terms light up, and who moves.": "알고리즘이 한 바퀴 돌 때까지 다음 줄을 누르세요: 어느 항이 켜지고 누가 움직이는지 보세요.",
  "D went up, then G down. Look at Two losses: where D is sure, minimax hardly pushes. And at the saddle: two who only follow slopes may circle for ever.":
    "D는 올리고 G는 내렸습니다. 두 손실을 보세요: D가 확신하면 미니맥스는 거의 밀지 못합니다. 안장점도 보세요: 기울기만 따르는 둘은 끝없이 돌 수 있습니다.",
  "Look at": "볼 것",
  "The step": "한 단계",
  "Two losses": "두 손실",
  "The saddle": "안장점",
  "V is": "V는",
  "x · y": "x · y",
  "of a small GAN": "작은 GAN의 V",
  "both at once": "동시에",
  "in turn": "번갈아",
  "Draw a batch of z, and make fakes of it.": "z의 배치를 뽑아 가짜를 만든다.",
  "Draw a batch of data x.": "데이터 x의 배치를 뽑는다.",
  "D: a step up the gradient of V.": "D: V의 기울기를 따라 한 걸음 올라간다.",
  "Draw a fresh batch of z.": "z의 배치를 새로 뽑는다.",
  "G: a step down the gradient of its term.": "G: 자기 항의 기울기를 따라 한 걸음 내려간다.",
  "Densities of data and fakes, and D, after the line": "이 줄 다음의 데이터와 가짜의 밀도, 그리고 D",
  "Next line": "다음 줄",
  "V of D and G: the mean of log D(x) over data, plus the mean of log of 1 minus D(G(z)) over z. D makes it large, G small.":
    "D와 G의 V: 데이터에 대한 log D(x)의 평균 더하기 z에 대한 log(1 빼기 D(G(z)))의 평균. D는 키우고 G는 줄입니다.",
  "V = {value}; where nobody can do better: −log 4 = −1.39": "V = {value}; 누구도 더 나아질 수 없는 곳: −log 4 = −1.39",
  "Algorithm 1": "알고리즘 1",
  "k times, now {round} of {k}:": "k번, 지금 {k}번 중 {round}번째:",
  "k = {k} times:": "k = {k}번:",
  "Slider: what D says of a fake, from 0 to 1": "슬라이더: 가짜에 대한 D의 말, 0에서 1까지",
  "non-saturating: {loss}": "비포화: {loss}",
  "minimax: {loss}": "미니맥스: {loss}",
  "step {step}, apart {percent} %": "{step}단계, 차이 {percent} %",
  "D(G(z)) = {opinion}: minimax pushes with {one}, non-saturating with {two}": "D(G(z)) = {opinion}: 미는 힘은 미니맥스 {one}, 비포화 {two}",
  "Train both against a sure D": "확신하는 D에 맞서 둘 다 학습",
  "Both with the same sure D, by plain gradient steps: Adam would rescale the small gradient of minimax.":
    "둘 다 똑같이 확신하는 D에 맞서, 기울기 그대로 갑니다. Adam이라면 미니맥스의 작은 기울기를 키웠을 것입니다.",
  "D(G(z))": "D(G(z))",
  "step {step}: {distance} from the saddle, V = {value}": "{step}단계: 안장점에서 {distance}, V = {value}",
  "Map of V: to the right D's weight, which climbs; upwards G's, which descends. The path of both": "V의 지도: 오른쪽은 올리는 D의 가중치, 위쪽은 내리는 G의 가중치. 둘의 경로",
  "weight of D": "D의 가중치",
  "weight of G": "G의 가중치",
};
