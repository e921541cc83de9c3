/** The card on labels, in Korean. */

export default {
  "digit": "숫자",
  "real, and this digit?": "진짜이고 이 숫자인가?",
  "real?": "진짜인가?",
  "which digit?": "어떤 숫자인가?",
  "0, 1, ... 9 or fake": "0, 1, ... 9 또는 가짜",
  "The digit is told to both networks. The discriminator asks whether a picture is real and is that digit. Mirza and Osindero, 2014.":
    "숫자를 두 신경망에 모두 알려 줍니다. 판별자는 그림이 진짜이면서 그 숫자인지 묻습니다. Mirza와 Osindero, 2014.",
  "The discriminator is not told the digit but names it, and the generator is paid when the digit it was asked for is named. Odena and others, 2017.":
    "판별자는 숫자를 듣지 않고 스스로 맞히며, 요청받은 숫자가 맞혀지면 생성자가 득을 봅니다. Odena 외, 2017.",
  "The discriminator has eleven classes, ten digits and fake. Only a few real pictures have a label; all others teach it what is real. Odena, 2016.":
    "판별자에는 열 숫자와 가짜, 모두 열한 부류가 있습니다. 레이블이 있는 진짜 그림은 조금뿐이고, 나머지는 무엇이 진짜인지만 가르칩니다. Odena, 2016.",
  "Labels": "레이블",
  "A GAN draws what it likes. Give the digit to both networks, and you can ask for one: a conditional GAN. The same {latent} then keeps its style across all ten digits.":
    "GAN은 마음대로 그립니다. 두 신경망에 숫자를 알려 주면 원하는 숫자를 요청할 수 있습니다. 조건부 GAN입니다. 같은 {latent}는 열 숫자 모두에서 같은 필체를 지킵니다.",
  "Labels help the other way round, too: a {discriminator} that must tell real from {fake} learns what digits look like, and needs few labels to name them.":
    "거꾸로도 도움이 됩니다. 진짜와 {fake}를 가려야 하는 {discriminator}는 숫자의 생김새를 배우므로, 적은 레이블로도 숫자를 맞힙니다.",
  "The same latent vector is drawn as a 3 and as a 7. What will the two have in common?": "같은 잠재 벡터로 3과 7을 그립니다. 둘은 무엇이 같을까요?",
  "Nothing: another label is another picture": "아무것도: 레이블이 다르면 다른 그림",
  "The handwriting: slant and width of the strokes": "필체: 획의 기울기와 굵기",
  "The place of the ink, whatever the digit": "숫자와 상관없이 잉크의 자리",
  "The label says which digit, so z is free for all the rest, and the rest is handwriting: a slanted 3 comes with a slanted 7.":
    "어떤 숫자인지는 레이블이 정하므로 z는 나머지를 맡고, 그 나머지가 필체입니다. 기운 3은 기운 7과 함께 나옵니다.",
  "Ask for a digit: press one.": "숫자를 눌러 요청해 보세요.",
  "One latent vector, ten digits: the label says what, z says how.": "잠재 벡터 하나에 숫자 열 개. 무엇을은 레이블이, 어떻게는 z가 정합니다.",
  "How labels are used": "레이블을 쓰는 법",
  "What flows into what": "무엇이 어디로 흐르는가",
  "Live conditional GAN": "지금 그리는 조건부 GAN",
  "There is no conditional model here; train one in Train, and it draws here.": "조건부 모델이 없습니다. 학습 탭에서 학습하면 여기서 그립니다.",
  "Each row is one latent vector, drawn as the ten digits": "한 줄은 잠재 벡터 하나를 열 숫자로 그린 것",
  "Digit to ask for": "요청할 숫자",
  "Each row is one z, each column a digit.": "줄마다 z 하나, 칸마다 숫자 하나입니다.",
  "{digit}, from {count} latent vectors": "잠재 벡터 {count}개로 그린 {digit}",
  "You asked for {digit}: the label is the same, z is not.": "{digit}을(를) 요청했습니다. 레이블은 같고 z는 다릅니다.",
  "How few labels are enough": "레이블은 얼마나 적어도 되는가",
  "Share of MNIST's 10,000 test pictures that are named rightly, mean of {seeds} runs of {steps} steps":
    "MNIST 시험 그림 10,000장 중 맞힌 비율, {steps}단계 학습 {seeds}번의 평균",
  "Classifier, these labels alone": "분류기, 이 레이블만",
  "SGAN, the other pictures too": "SGAN, 나머지 그림도",
};
