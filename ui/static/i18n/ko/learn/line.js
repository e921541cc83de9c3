/** Korean of the card "A line". */

/** @type {Object<string, string>} */
export default {
  "A line": "선 하나",
  "The {generator} G sends every z, a {latent}, up to an x: a {fake}. Black are the {data}, green is where the fakes fall.":
    "{generator} G는 {latent} z를 하나하나 위의 x로 보냅니다: {fake}. 검은색은 {data}, 초록색은 가짜가 떨어지는 곳입니다.",
  "The {discriminator} D, blue, says how likely each x is real. The two are {adversarial}.":
    "파란색 {discriminator} D는 각 x가 진짜일 확률을 말합니다. 둘의 사이는 {adversarial}입니다.",
  "G gets so good that green covers black. What does D say then?": "G가 아주 좋아져 초록이 검정을 덮습니다. 그때 D는 무엇이라 할까요?",
  "1 everywhere: all is real": "어디서나 1: 모두 진짜",
  "0 everywhere: all is fake": "어디서나 0: 모두 가짜",
  "½ everywhere: it cannot tell": "어디서나 ½: 구별할 수 없음",
  "The best D is p / (p + g), the thin line. Where fakes are as likely as data, that is ½. Watch D go there.":
    "가장 좋은 D는 가는 선 p / (p + g)입니다. 가짜와 데이터의 가능성이 같으면 ½입니다. D가 그리로 가는 것을 보세요.",
  "Drag the amber z, or move it with the arrow keys, and see where G sends it.": "호박색 z를 끌거나 화살표 키로 움직여 G가 어디로 보내는지 보세요.",
  "That is all a generator is: a function from z to x. Neighbours of z stay neighbours of x, so between two humps the lines are torn wide.":
    "생성자란 바로 이것, z에서 x로 가는 함수입니다. z에서 이웃은 x에서도 이웃이므로, 두 봉우리 사이에서는 선이 넓게 벌어집니다.",
  "one hump": "봉우리 하나",
  "two humps": "봉우리 둘",
  even: "고르게",
  "draw your own": "직접 그리기",
  Data: "데이터",
  "G and data apart: {percent} %": "G와 데이터의 차이: {percent} %",
  "z {z} becomes x {x}": "z {z}는 x {x}가 됨",
  "G's lines from z to x, the densities of data and fakes, and D. Slider: the z that is held": "z에서 x로 가는 G의 선, 데이터와 가짜의 밀도, 그리고 D. 슬라이더: 쥐고 있는 z",
  "A fair game": "공평한 게임",
  "Two humps": "두 봉우리",
  "D too strong": "너무 강한 D",
};
