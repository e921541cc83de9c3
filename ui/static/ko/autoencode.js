/** Korean of the Autoencode tab. */

/** @type {Object<string, string>} */
export default {
  Autoencoder: "오토인코더",
  "There is no autoencoder yet. Train one in the Train tab (family Autoencoder).":
    "아직 오토인코더가 없습니다. 학습 탭에서 하나 학습하세요(모델 계열: Autoencoder).",
  // the pictures
  "Picture to encode": "부호화할 그림",
  Picture: "그림",
  Input: "입력",
  Code: "코드",
  Reconstruction: "재구성",
  Difference: "차이",
  "drag to blank a part": "끌어서 일부를 지우기",
  "damaged by": "손상 정도",
  "orange: too much, blue: missing": "주황: 넘침, 파랑: 모자람",
  "{shape} = {count} numbers": "{shape} = 수 {count}개",
  "Code: {count} numbers, {alive} of them not zero, the largest {most}": "코드: 수 {count}개, 0이 아닌 수 {alive}개, 가장 큰 수 {most}",
  "Reconstruction through training": "학습 과정의 재구성",
  "Through training": "학습 과정",
  "This model kept no earlier encoders.": "이 모델에는 이전 인코더가 남아 있지 않습니다.",
  // damage
  Damage: "손상",
  "Damage it": "손상시키기",
  Noise: "잡음",
  "Other noise": "다른 잡음",
  Undamaged: "손상 없애기",
  "Blank half": "절반 지우기",
  none: "없음",
  left: "왼쪽",
  right: "오른쪽",
  top: "위",
  bottom: "아래",
  // the code
  "Move the code": "코드 움직이기",
  "Back to the code": "원래 코드로",
  "Use as key point": "키 포인트로 쓰기",
  "This model has no directions: they are computed when a run is kept as a checkpoint.": "이 모델에는 방향이 없습니다. 방향은 실행을 체크포인트로 저장할 때 계산됩니다.",
  "The first key point of this model's path. Take another, then open Interpolate.": "이 모델 경로의 첫 키 포인트입니다. 하나 더 고른 뒤 보간 탭을 여세요.",
  "{count} key points on this model's path: open Interpolate.": "이 모델의 경로에 키 포인트가 {count}개 있습니다. 보간 탭을 여세요.",
  // drawing
  "drawing pad": "그림판",
  "Drawing pad, 28 by 28": "그림판, 28 x 28",
  Eraser: "지우개",
  Clear: "모두 지우기",
  "Draw with mouse, pen or finger. By keyboard: arrows move, Space lowers or lifts the pen, Ctrl+Z undoes, Delete clears.":
    "마우스, 펜, 손가락으로 그리세요. 키보드: 화살표로 움직이고, 스페이스로 펜을 내리거나 들고, Ctrl+Z로 되돌리고, Delete로 모두 지웁니다.",
  "Row {row}, column {column}, pen down": "{row}행 {column}열, 펜 내림",
  "Row {row}, column {column}, pen up": "{row}행 {column}열, 펜 올림",
  drawing: "그린 그림",
  // test pictures and files
  "Where the picture comes from": "그림을 가져올 곳",
  "Test picture": "테스트 그림",
  Draw: "그리기",
  Upload: "올리기",
  Number: "번호",
  Another: "다른 그림",
  "Test pictures of this digit": "이 숫자의 테스트 그림",
  "picture {index} of {count}": "그림 {index} / {count}",
  "Picture {index}": "그림 {index}",
  "{digit}, test {index}": "{digit}, 테스트 {index}",
  "From MNIST's 10,000 test pictures, which no model was trained on.": "어떤 모델도 학습하지 않은 MNIST 테스트 그림 10,000장에서 왔습니다.",
  "From scikit-learn's small digits (8x8, made 28x28). MNIST is not on this machine.":
    "scikit-learn의 작은 숫자 그림입니다(8x8을 28x28로 키움). 이 컴퓨터에는 MNIST가 없습니다.",
  "Fetch MNIST (11 MB)": "MNIST 받기 (11 MB)",
  "Fetching MNIST ...": "MNIST 받는 중 ...",
  "Choose a picture of one digit, or drop it here": "숫자 하나가 있는 그림을 고르거나 여기에 끌어 놓으세요",
  "Ink on paper works: it is turned into 28x28, white on black, here in the browser.":
    "종이에 쓴 글씨도 됩니다. 브라우저 안에서 검은 바탕에 흰 글씨, 28x28 그림으로 바꿉니다.",
  "Ink on paper works: it is turned into 28x28, white on black, by the server, and not kept.":
    "종이에 쓴 글씨도 됩니다. 서버가 검은 바탕에 흰 글씨, 28x28 그림으로 바꾸며 보관하지 않습니다.",
  "{file} has {size} MB; expected at most 8. Save it smaller and try again.": "{file} 파일이 {size} MB입니다. 8 MB 이하여야 합니다. 더 작게 저장해 다시 시도하세요.",
  "Reading {file} ...": "{file} 읽는 중 ...",
  "{file}, as the models see it.": "{file}, 모델이 보는 모습입니다.",
  "The file cannot be read as a picture. Expected PNG, JPEG, WebP, GIF or BMP.": "파일을 그림으로 읽을 수 없습니다. PNG, JPEG, WebP, GIF, BMP 파일이어야 합니다.",
  "The picture is too small, or too long and thin. Crop it.": "그림이 너무 작거나 너무 길쭉합니다. 알맞게 잘라 주세요.",
  "The picture is one even grey. Expected a digit that stands out from its background.": "그림이 온통 같은 회색입니다. 바탕과 구별되는 숫자가 있어야 합니다.",
};
