/** The card on the networks, in Korean. */

export default {
  "Dense GAN": "밀집 GAN",
  "Conditional GAN": "조건부 GAN",
  "The networks": "신경망",
  "A {generator} turns a {latent} into 28 × 28 pixels, layer by layer; a {discriminator} turns pixels into one number. What you see is the very program that runs in this page.":
    "{generator}는 {latent}를 층마다 바꾸어 28 × 28 픽셀로 만들고, {discriminator}는 픽셀을 수 하나로 만듭니다. 여기 보이는 것은 이 페이지에서 실제로 도는 프로그램입니다.",
  "A dense layer connects every number with every other. A convolution looks at neighbours only, the same way everywhere, so its numbers stay pictures: feature maps. A conditional GAN gets the digit as ten more numbers.":
    "밀집층은 모든 수를 모든 수와 잇습니다. 합성곱은 어디서나 같은 방식으로 이웃만 보므로, 그 수들은 그림으로 남습니다. 이것이 특징 맵입니다. 조건부 GAN은 숫자를 열 개의 수로 더 받습니다.",
  "You look into the hidden layers while a digit is drawn. Where do you see strokes?": "숫자가 그려지는 동안 은닉층을 들여다봅니다. 획은 어디에서 보일까요?",
  "In the dense network's hidden layers": "밀집 신경망의 은닉층",
  "In the convolutional network's hidden layers": "합성곱 신경망의 은닉층",
  "In both": "둘 다",
  "In neither, only at the end": "어디에도 없고 끝에서만",
  "The dense network's hidden numbers have no place: any order would do. A convolution keeps what is beside what, so strokes and edges show before the picture is there. Only the dense GAN's last step looks at neighbours: it cleans up strokes that are drawn.":
    "밀집 신경망의 은닉값에는 자리가 없어 순서를 바꿔도 같습니다. 합성곱은 무엇이 무엇 옆에 있는지 지키므로, 그림이 나오기 전에 획과 가장자리가 보입니다. 밀집 GAN에서는 그려진 획을 다듬는 마지막 단계만 이웃을 봅니다.",
  "Press three layers, and see what each leaves of this z.": "층 세 개를 눌러 이 z에서 무엇을 남기는지 보세요.",
  "That is all a network is: layer after layer, numbers into numbers. What differs is which numbers meet.":
    "신경망은 이게 전부입니다. 층층이 수를 수로 바꿉니다. 다른 것은 어떤 수끼리 만나느냐입니다.",
  "Digit for the conditional GAN": "조건부 GAN의 숫자",
  "There is no model here yet.": "아직 모델이 없습니다.",
  "What the layer leaves": "층이 남기는 것",
  "Another z": "다른 z",
  "Press a layer: what it leaves of this z is shown here.": "층을 누르면 이 z에서 남기는 것이 여기 나옵니다.",
  "Answer first; then press a layer.": "먼저 답한 뒤 층을 누르세요.",
  "{count} of its {all} feature maps, {width} × {height} each. White is positive, blue negative.":
    "특징 맵 {all}개 중 {count}개, 각각 {width} × {height}. 흰색은 양수, 파란색은 음수입니다.",
  "Its numbers one after another, in rows: they have no place. White is positive, blue negative.":
    "수를 차례로 줄지어 놓았습니다. 자리는 뜻이 없습니다. 흰색은 양수, 파란색은 음수입니다.",
  "This browser cannot run the networks, so their layers cannot be shown.": "이 브라우저는 신경망을 돌릴 수 없어 층을 보여 줄 수 없습니다.",
  "The discriminator says: {share} real.": "판별자의 판정: 진짜일 확률 {share}.",
  "Layers of {model}": "{model}의 층",
  "Generator, {count} parameters": "생성자, 매개변수 {count}개",
  "Discriminator, {count} parameters": "판별자, 매개변수 {count}개",
  "sigmoid": "시그모이드",
  "batch normalisation": "배치 정규화",
  "cut off at black and white": "검정과 하양에서 자름",
  "Dense": "밀집층",
  "Upsampling + convolution {size} × {size}": "업샘플링 + 합성곱 {size} × {size}",
  "Convolution {size} × {size}, stride 2": "합성곱 {size} × {size}, 스트라이드 2",
  "Convolution {size} × {size}": "합성곱 {size} × {size}",
  "Here the digit goes in": "여기서 숫자가 들어감",
  "Pooling": "풀링",
  "One score of many": "여러 점수를 하나로",
  "Strokes cleaned up": "획 다듬기",
  "{name}: leaves {shape} numbers, has learned {learned}.": "{name}: 수 {shape}개를 남기고, {learned}개를 배웠습니다.",
  "{name}: leaves {shape} numbers, has learned none.": "{name}: 수 {shape}개를 남기고, 배운 수는 없습니다.",
  "Then {what}.": "그다음 {what}.",
};
