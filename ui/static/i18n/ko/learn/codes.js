/** The card on autoencoders, in Korean. */

export default {
  "Autoencoders": "오토인코더",
  "An autoencoder squeezes a picture into a short code and draws it again from that. Nobody judges it but the error of the pixels.":
    "오토인코더는 그림을 짧은 코드로 눌러 담고 그 코드로 다시 그립니다. 심판은 픽셀의 오차뿐입니다.",
  "A short code keeps what most pictures share and loses the rest: that is compression, and it takes out noise as well.":
    "짧은 코드에는 그림들이 함께 지닌 것이 남고 나머지는 사라집니다. 이것이 압축이며, 잡음도 함께 빠집니다.",
  "A picture has 784 numbers. How few are enough, so that nine of ten digits can still be read?": "그림은 수 784개입니다. 열 장 중 아홉 장을 읽을 수 있으려면 몇 개면 될까요?",
  "Measured on {tested} test pictures, read by this project's classifier: {list}.": "시험 그림 {tested}장을 이 프로젝트의 분류기로 읽은 값: {list}.",
  "{size} numbers: {share}": "수 {size}개: {share}",
  "Look at every part: press each of them once.": "모든 부분을 한 번씩 눌러 보세요.",
  "What is drawn by the least error of the pixels is a mean of all that fits, and a mean is blurred. A GAN's judge does not let that pass.":
    "픽셀 오차를 가장 작게 그린 것은 들어맞는 모든 것의 평균이고, 평균은 흐립니다. GAN의 심판은 그것을 봐주지 않습니다.",
  "Show": "보기",
  "Compression": "압축",
  "Denoising": "잡음 제거",
  "Layer by layer": "층별 학습",
  "One z": "하나의 z",
  "Noise, sigma": "잡음, 시그마",
  "This card needs a model that draws in this browser, and there is none.": "이 카드에는 이 브라우저에서 그리는 모델이 필요한데 하나도 없습니다.",
  "Another picture": "다른 그림",
  "error {error}": "오차 {error}",
  "PCA, {count}": "PCA, {count}개",
  "Mean error over {tested} test pictures; in brackets the share that is still read rightly (the pictures themselves: {all})":
    "시험 그림 {tested}장의 평균 오차. 괄호는 그래도 바르게 읽히는 비율(원래 그림: {all})",
  "Smaller by": "압축비",
  "PCA of that size": "같은 크기의 PCA",
  "File": "파일",
  "{size} kB": "{size} kB",
  "Damaged": "손상된 그림",
  "An ordinary autoencoder": "보통 오토인코더",
  "Trained to denoise": "잡음 제거를 배운 것",
  "noise {sigma}": "잡음 {sigma}",
  "a blanked half": "절반을 지움",
  "Mean error against the clean picture, {tested} test pictures": "깨끗한 그림과의 평균 오차, 시험 그림 {tested}장",
  "It was shown damaged pictures and asked for the clean ones. A half that is gone it can only guess: it draws what most often goes with the other half.":
    "손상된 그림을 보여 주고 깨끗한 그림을 요구했습니다. 사라진 절반은 짐작할 뿐이라, 남은 절반과 가장 자주 어울리는 것을 그립니다.",
  "Stage {number}: {count} numbers": "{number}단계: 수 {count}개",
  "Mean error over {tested} test pictures": "시험 그림 {tested}장의 평균 오차",
  "Depth": "깊이",
  "Error": "오차",
  "The outermost pair of layers learned first, alone. Then the pair inside of it learned to squeeze what that leaves, and so on; at last all of them together.":
    "가장 바깥 층 한 쌍이 먼저 홀로 배웠습니다. 그다음 안쪽 한 쌍이 남은 것을 누르는 법을 배우고, 이렇게 이어서 마지막에는 모두 함께 배웠습니다.",
  "GAN": "GAN",
  "{name}: pictures from {count} latent vectors": "{name}: 잠재 벡터 {count}개로 그린 그림",
  "Both draw from the same seeds. The autoencoder learned to be right on average: where several digits fit a code, it draws their mean, in grey. The GAN's discriminator knows no such greys in real pictures, so the generator must decide.":
    "둘 다 같은 시드로 그립니다. 오토인코더는 평균으로 맞히도록 배워, 한 코드에 여러 숫자가 맞으면 그 평균을 회색으로 그립니다. GAN의 판별자는 진짜 그림에서 그런 회색을 본 적이 없어, 생성자는 하나로 정해야 합니다.",
  "{share} of the ink is grey": "잉크의 {share}가 회색",
};
