/** Korean of card 10, the Turing test; the test itself is in ko/turing.js. */

/** @type {Object<string, string>} */
export default {
  "The Turing test": "튜링 테스트",
  "The last judge is you. Real digits and fakes, one after the other: which is which? D looks at the same pictures beside you.":
    "마지막 심판은 당신입니다. 진짜 숫자와 가짜가 차례로 나옵니다. 어느 쪽일까요? D도 옆에서 같은 그림을 봅니다.",
  "d' says how well the two are told apart, whatever you prefer to answer: 0 is guessing. When yours is 0, the generator has passed.":
    "d'는 어떤 답을 즐겨 고르든 둘을 얼마나 잘 가려내는지 말해 줍니다. 0이면 찍는 것입니다. 당신의 d'가 0이면 생성자가 통과한 것입니다.",
  "In a study of 2022, how often were people right about faces: photograph or drawn by a GAN?": "2022년 연구에서, 얼굴이 사진인지 GAN이 그린 것인지 사람들은 얼마나 맞혔을까요?",
  "in about 48 % of all cases": "약 48 %",
  "in about 75 %": "약 75 %",
  "in about 95 %": "약 95 %",
  "48.2 %, worse than a coin; 59.0 % after training (Nightingale and Farid 2022). Digits are harder for a GAN in one respect: everybody has written thousands.":
    "48.2 %, 동전보다 못합니다. 훈련 뒤에는 59.0 % (Nightingale, Farid 2022). 숫자는 한 가지 점에서 GAN에게 더 어렵습니다. 누구나 수천 번 써 보았으니까요.",
  "Judge ten pictures: the left arrow says real, the right one fake.": "그림 열 장을 판단하세요. 왼쪽 화살표는 진짜, 오른쪽은 가짜입니다.",
  "That is the test that the whole lesson was about: can D, or you, tell them apart?": "이 수업 전체가 바로 이 시험에 관한 것이었습니다. D가, 또는 당신이, 둘을 가려낼 수 있는가?",
};
