/** Korean of what a room sees of a training: the duel, quality, alarms, and hands on the run. */

/** @type {Object<string, string>} */
export default {
  // alarms
  Alarms: "경보",
  "Modes are being lost": "다양성이 사라지고 있습니다",
  "{share} of the pictures are read as {top}; evenness of the digits {evenness}, variety {variety} of that of real pictures.":
    "그림의 {share}가 {top}(으)로 읽힙니다. 숫자의 고른 정도 {evenness}, 다양성은 진짜 그림의 {variety}배입니다.",
  "The generator has found a few pictures that pass and draws only those. Slower learning with less momentum usually keeps the variety.":
    "생성자가 통과되는 그림 몇 가지를 찾아 그것만 그립니다. 모멘텀을 줄이고 천천히 학습하면 대개 다양성이 유지됩니다.",
  "The discriminator has won": "판별자가 이겼습니다",
  "It is right about {real} of real and {fake} of drawn pictures; the generator's loss is {g_loss}.":
    "진짜 그림의 {real}, 그린 그림의 {fake}를 맞힙니다. 생성자의 손실은 {g_loss}입니다.",
  "A judge that is never fooled gives no hint which way to go. A slower discriminator, or a faster generator, brings the duel back.":
    "절대 속지 않는 심판은 갈 방향을 알려 주지 않습니다. 판별자를 늦추거나 생성자를 빠르게 하면 대결이 다시 살아납니다.",
  "The generator's loss is saturated": "생성자의 손실이 포화되었습니다",
  "D(G(z)) is {d_fake} and the minimax loss {g_loss}: it is flat there, so its gradient is next to nothing.":
    "D(G(z))는 {d_fake}, 미니맥스 손실은 {g_loss}입니다. 그곳은 평평해서 기울기가 거의 없습니다.",
  "The non-saturating loss has the same goal and a gradient where minimax has none.":
    "비포화 손실은 목표가 같으면서, 미니맥스에 기울기가 없는 곳에서도 기울기가 있습니다.",
  "The discriminator does not judge": "판별자가 판단하지 못합니다",
  "It is right about {real} of real and {fake} of drawn pictures, no better than a coin, while the pictures are far from real ones (distance {distance}).":
    "진짜 그림의 {real}, 그린 그림의 {fake}만 맞혀 동전 던지기보다 나을 것이 없는데, 그림은 진짜와 아직 멉니다(거리 {distance}).",
  "The generator learns only what its judge has noticed. A faster discriminator helps.":
    "생성자는 심판이 알아챈 것만 배웁니다. 판별자를 더 빠르게 하면 도움이 됩니다.",
  "The digit asked for is ignored": "요청한 숫자를 무시합니다",
  "{accuracy} of the pictures are the digit that was asked for; guessing gives 10 %.": "요청한 숫자가 나온 그림은 {accuracy}입니다. 찍어도 10 %입니다.",
  "The discriminator has not learned that picture and label belong together. Right labels, or a faster discriminator, help.":
    "판별자가 그림과 레이블의 관계를 배우지 못했습니다. 올바른 레이블이나 더 빠른 판별자가 도움이 됩니다.",
  "A loss is no number any more": "손실이 더는 수가 아닙니다",
  "By step {step} a loss or a weight became infinite or not a number.": "{step}단계까지 손실 또는 가중치가 무한대 또는 수가 아닌 값이 되었습니다.",
  "The steps were too large. Lower learning rates and less momentum usually help.": "한 걸음이 너무 컸습니다. 학습률과 모멘텀을 낮추면 대개 나아집니다.",
  "The losses are out of bounds": "손실이 범위를 벗어났습니다",
  "The discriminator's loss is {d_loss}, the generator's {g_loss}.": "판별자의 손실은 {d_loss}, 생성자의 손실은 {g_loss}입니다.",
  "The steps are too large: each overshoots. Lower learning rates usually help.": "한 걸음이 너무 커서 매번 지나칩니다. 학습률을 낮추면 대개 나아집니다.",
  "Nothing improves any more": "더 나아지지 않습니다",
  "The distance to real pictures was lowest at step {best_step} ({distance}) and has not got better since.":
    "진짜 그림과의 거리는 {best_step}단계에서 가장 짧았고({distance}) 그 뒤로 나아지지 않았습니다.",
  "No fault, a note: it may be as good as it gets. Keep the best moment, or go on with lower learning rates.":
    "잘못이 아니라 알림입니다. 이것이 최선일 수 있습니다. 가장 좋은 시점을 저장하거나 더 낮은 학습률로 계속하세요.",
  "Go back to step {step} with this change": "이렇게 바꿔 {step}단계로 돌아가기",
  "since step {step}": "{step}단계부터",
  "Change: {change}.": "바꿀 것: {change}.",
  "Going back ...": "돌아가는 중 ...",
  "{run} waits until this one has stopped.": "{run}은(는) 이 실행이 멈출 때까지 기다립니다.",
  "{run} goes on from step {step}.": "{run}이(가) {step}단계부터 이어 갑니다.",
  // hands on the run
  "Hands on the run": "학습 조작",
  Pace: "속도",
  "Go on": "계속",
  "One step": "한 단계",
  "One step:": "한 단계:",
  "Next step": "다음 단계",
  "Both turns": "둘 다",
  "Discriminator's turn": "판별자 차례",
  "Generator's turn": "생성자 차례",
  "Slow motion": "슬로 모션",
  "Steps a second": "초당 단계 수",
  "{rate} a second": "초당 {rate}",
  "This step, turn by turn": "이 단계를 차례대로",
  "Step {step}, turn by turn": "{step}단계를 차례대로",
  "loss {loss}": "손실 {loss}",
  "comes next": "다음 차례",
  "Change settings while it trains": "학습 중에 설정 바꾸기",
  Apply: "적용",
  "Nothing was changed.": "바뀐 것이 없습니다.",
  "Asked for: {what}. It takes effect in a moment and is marked on the curves.": "요청했습니다: {what}. 곧 적용되고 곡선에 표시됩니다.",
  "Learning rate, generator": "생성자 학습률",
  "Learning rate, discriminator": "판별자 학습률",
  "k, discriminator steps": "k, 판별자 단계 수",
  Loss: "손실",
  "Label smoothing": "레이블 스무딩",
  "Batch size": "배치 크기",
  "R1 penalty": "R1 벌점",
  "Both updates from one pass": "한 번의 계산으로 둘 다 갱신",
  "{setting} {before} to {after}": "{setting} {before} → {after}",
  "nothing changed": "바뀐 것 없음",
  "gone on from {run}": "{run}에서 이어짐",
  "step {step}: {what}": "{step}단계: {what}",
  "Spread of z": "z의 퍼짐",
  "Share of labels by lot": "무작위 레이블 비율",
  // failure lab
  "Failure lab": "실패 실험실",
  "Failure lab: make it go wrong": "실패 실험실: 일부러 망가뜨리기",
  Repair: "고치기",
  "Start: {failure}": "시작: {failure}",
  "Watch the recording": "녹화 보기",
  "Watch the recording: {failure}": "녹화 보기: {failure}",
  "Recording: {failure}": "녹화: {failure}",
  recorded: "녹화",
  "A recording of {when}, on {cores} cores: {failure}, on purpose. Its weights are past mending: the cure has to begin again at step 0. Nothing is trained now.":
    "{when}에 코어 {cores}개로 기록한 학습: 일부러 만든 실패, {failure}. 가중치를 되살릴 수 없어 0단계부터 다시 시작해야 합니다. 지금은 아무것도 학습하지 않습니다.",
  "A recording of {when}, on {cores} cores: {failure}, on purpose. The cure was given at step {step}, while it trained. Nothing is trained now.":
    "{when}에 코어 {cores}개로 녹화했습니다. 일부러 만든 실패: {failure}. 학습 중이던 {step}단계에서 고쳤습니다. 지금은 아무것도 학습하지 않습니다.",
  "Play back": "다시 보기",
  "Stop playing": "다시 보기 멈춤",
  // what was reached when, and how long it will take
  "What was reached when": "언제 어디까지 왔나",
  after: "경과",
  "digits drawn": "그린 숫자",
  "{count} of 10": "10개 중 {count}개",
  "loss on pictures it never saw": "본 적 없는 그림의 손실",
  "How long will it take?": "얼마나 걸릴까요?",
  "About {time} on this machine.": "이 컴퓨터에서 약 {time}.",
  "About {time} on this machine when nothing else trains; a training goes on now.": "다른 학습이 없을 때 이 컴퓨터에서 약 {time}. 지금은 학습이 진행 중입니다.",
  "Measuring this machine: two seconds of training, and what it takes to start ...": "이 컴퓨터를 재고 있습니다. 시작 준비와 2초 동안의 학습 ...",
  "Another measurement goes on; this one is next.": "다른 측정이 진행 중입니다. 다음 차례입니다.",
  "A training goes on. It is not disturbed: the machine is measured when that has ended.": "학습이 진행 중입니다. 방해하지 않도록 끝난 뒤에 잽니다.",
  "{minutes} min": "{minutes}분",
  "{failure}, on purpose; its weights are past mending. The cure, from step 0: {cure}.": "일부러 만든 실패: {failure}. 가중치는 되살릴 수 없습니다. 0단계부터 고치는 법: {cure}.",
  "{failure}, on purpose. The cure: {cure}.": "일부러 만든 실패: {failure}. 고치는 법: {cure}.",
  "{run} waits for its turn.": "{run}이(가) 차례를 기다립니다.",
  "Started {run}.": "{run}을(를) 시작했습니다.",
  "The cure takes effect in a moment and is marked on the curves.": "고친 설정이 곧 적용되고 곡선에 표시됩니다.",
  "Discriminator too strong": "판별자가 너무 강함",
  "It learns a hundred times as fast and gets three turns a step: it is never fooled, and its answers hardly change with the picture.":
    "백 배 빨리 배우고 한 단계에 세 번씩 배웁니다. 절대 속지 않으며, 그림이 바뀌어도 답이 거의 바뀌지 않습니다.",
  "Discriminator too weak": "판별자가 너무 약함",
  "It hardly learns, so the generator pleases a judge that knows nothing of digits.": "거의 배우지 않아서, 생성자는 숫자를 전혀 모르는 심판의 비위만 맞춥니다.",
  "Learning rate too high": "학습률이 너무 높음",
  "Every step overshoots: the losses jump and the pictures never settle.": "매 걸음 지나칩니다. 손실이 튀고 그림이 자리를 잡지 못합니다.",
  "No noise": "잡음 없음",
  "Every z is the same, so the generator draws one picture again and again: it has nothing to tell one from another.":
    "모든 z가 같아서 생성자는 같은 그림만 되풀이합니다. 서로 구별할 근거가 없습니다.",
  "Minimax loss saturates": "미니맥스 손실의 포화",
  "The first paper's own loss, log(1 - D(G(z))), is flat where the discriminator is sure: the generator gets no gradient.":
    "첫 논문의 손실 log(1 - D(G(z)))는 판별자가 확신하는 곳에서 평평합니다. 생성자가 기울기를 받지 못합니다.",
  "Labels ignored": "레이블 무시",
  "The labels of the training pictures are drawn by lot, so no digit belongs to any number, and asking for one does nothing.":
    "학습 그림의 레이블을 무작위로 뽑아, 어떤 그림도 제 숫자와 이어지지 않습니다. 숫자를 요청해도 소용이 없습니다.",
  // the duel
  "The discriminator is winning: it calls {fake} of drawn pictures drawn and {real} of real ones real. The generator learns little from a judge it never fools.":
    "판별자가 이기고 있습니다. 그린 그림의 {fake}를 그린 것으로, 진짜 그림의 {real}를 진짜로 맞힙니다. 한 번도 속일 수 없는 심판에게서 생성자는 거의 배우지 못합니다.",
  "The generator fools the discriminator: only {real} of real pictures are called real.": "생성자가 판별자를 속입니다. 진짜 그림의 {real}만 진짜로 불립니다.",
  "The generator is winning: only {fake} of its drawn pictures are called drawn. A judge that is so easily fooled teaches nothing.":
    "생성자가 이기고 있습니다. 그린 그림의 {fake}만 그린 것으로 불립니다. 이렇게 쉽게 속는 심판은 아무것도 가르쳐 주지 못합니다.",
  "The discriminator is ahead: it calls {fake} of drawn pictures drawn and {real} of real ones real.":
    "판별자가 앞섭니다. 그린 그림의 {fake}를 그린 것으로, 진짜 그림의 {real}를 진짜로 맞힙니다.",
  "A close duel: the discriminator calls {fake} of drawn pictures drawn and {real} of real ones real.":
    "팽팽한 대결입니다. 판별자가 그린 그림의 {fake}를 그린 것으로, 진짜 그림의 {real}를 진짜로 맞힙니다.",
  "The discriminator can hardly tell: it calls {fake} of drawn pictures drawn and {real} of real ones real, near a coin's toss.":
    "판별자가 거의 구별하지 못합니다. 그린 그림의 {fake}를 그린 것으로, 진짜 그림의 {real}를 진짜로 맞혀 동전 던지기에 가깝습니다.",
  // quality
  "What is being drawn": "무엇을 그리고 있나",
  "No figures here: the classifier reads digits only, and runs of earlier versions were not read.": "수치가 없습니다. 분류기는 숫자만 읽으며, 이전 버전의 학습은 읽지 않았습니다.",
  "At step {step} the classifier is sure of {share} of them.": "{step}단계에서 분류기가 그중 {share}를 확신합니다.",
  "All but {digits} are missing.": "{digits} 말고는 나오지 않습니다.",
  "Hardly ever drawn: {digits}.": "거의 그리지 않는 숫자: {digits}.",
  "All ten digits are drawn.": "열 가지 숫자를 모두 그립니다.",
  "{share} are the digit asked for.": "{share}가 요청한 숫자입니다.",
  "Distance to real pictures (lower is better)": "진짜 그림과의 거리 (낮을수록 좋음)",
  distance: "거리",
  "Clear and varied?": "또렷하고 다양한가?",
  "variety (real pictures: 1)": "다양성 (진짜 그림: 1)",
  "classifier is sure": "분류기가 확신함",
  "evenness of the digits": "숫자의 고른 정도",
  "the digit asked for": "요청한 숫자",
  "How often the discriminator is right": "판별자가 맞히는 비율",
  "a coin's toss": "동전 던지기",
  "on real pictures": "진짜 그림에서",
  "on drawn ones": "그린 그림에서",
  "Best moment": "가장 좋은 시점",
  "Explore it": "탐색하기",
  "Its networks in your hand, in the Explore tab": "이 신경망을 탐색 탭에서 직접 다룹니다",
  "Keep beside": "옆에 두고 비교",
};
