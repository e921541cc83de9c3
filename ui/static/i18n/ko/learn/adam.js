/** Korean of the card "Adam". */

/** @type {Object<string, string>} */
export default {
  Adam: "Adam",
  "An optimizer makes a step of the {gradient}. SGD: times the {rate}. Momentum keeps some speed. AdaGrad and RMSProp divide by the size of what came before. Adam does both.":
    "최적화 방법은 {gradient}를 걸음으로 바꿉니다. SGD는 {rate}를 곱하고, 모멘텀은 속도를 얼마간 지키며, AdaGrad와 RMSProp은 지금까지 온 크기로 나눕니다. Adam은 둘 다 합니다.",
  "All gradients are multiplied by 100. What becomes of Adam's path?": "모든 기울기에 100을 곱합니다. Adam의 경로는 어떻게 될까요?",
  "Its steps are 100 times as long": "걸음이 100배 길어진다",
  "It flies out of the valley": "골짜기 밖으로 날아간다",
  "Nothing: it stays the same": "그대로이다",
  "The average and the size it is divided by both grow a hundredfold. Only SGD and momentum feel it.": "평균도, 나누는 크기도 똑같이 100배가 됩니다. SGD와 모멘텀만 영향을 받습니다.",
  "Press Gradients × 100 and see which paths change.": "기울기 × 100을 누르고 어느 경로가 바뀌는지 보세요.",
  "That is why one rate of Adam suits many networks. Try sparse gradients and a moving target, then look at the GAN: its targets always move.":
    "그래서 Adam은 학습률 하나로 많은 신경망에 맞습니다. 드문 기울기와 움직이는 목표를 해 보고 GAN을 보세요: 거기서는 목표가 늘 움직입니다.",
  On: "대상",
  "a valley": "골짜기",
  "the GAN of a line": "선 위의 GAN",
  "Gradients times": "기울기 배수",
  "Gradients × 100": "기울기 × 100",
  "Sparse gradients": "드문 기울기",
  "Moving target": "움직이는 목표",
  no: "아니요",
  yes: "예",
  "The target": "목표",
  rests: "멈춤",
  moves: "움직임",
  momentum: "모멘텀",
  "A valley from above, with the paths of five optimizers to its deepest point": "위에서 본 골짜기와 가장 깊은 곳으로 가는 다섯 최적화 방법의 경로",
  "flew away": "날아감",
  "is there": "도착",
  "{distance} away": "{distance} 떨어짐",
  "Adam divides by the size of what it has seen: rescaled gradients give the same steps. SGD takes steps 100 times as long.":
    "Adam은 본 것의 크기로 나눕니다: 기울기의 배율을 바꿔도 걸음이 같습니다. SGD의 걸음은 100배가 됩니다.",
  "Along the valley a gradient comes every tenth step only. Who divides by the size of what came takes long steps where it is rare.":
    "골짜기를 따라서는 열 걸음에 한 번만 기울기가 옵니다. 온 것의 크기로 나누는 방법은 드문 쪽으로 길게 걷습니다.",
  "The target moves, as in a GAN, where each network's loss changes with the other. AdaGrad remembers all for ever and slows down; who forgets follows.":
    "GAN처럼 목표가 움직입니다: 한 신경망의 손실은 다른 신경망과 함께 변합니다. AdaGrad는 모든 것을 영원히 기억해 느려지고, 잊는 방법은 따라갑니다.",
  "Steep across, flat along. One rate for both directions must be small for the steep one; momentum and averages of gradients help along.":
    "가로로 가파르고 세로로 완만합니다. 학습률 하나를 쓰려면 가파른 쪽에 맞춰 작아야 합니다. 모멘텀과 기울기의 평균이 앞으로 나아가게 돕습니다.",
  "{name}: densities of data and fakes, and D": "{name}: 데이터와 가짜의 밀도, 그리고 D",
  "apart {percent} %": "차이 {percent} %",
};
