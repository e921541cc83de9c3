/** Korean of the card "The plane". */

/** @type {Object<string, string>} */
export default {
  "The plane": "평면",
  "Now z and x are two numbers each. Black points are {data}, green ones fakes, and the grid is the square of z as G bends it.":
    "이제 z와 x는 수가 둘씩입니다. 검은 점은 {data}, 초록 점은 가짜, 격자는 정사각형 z를 G가 휘어 놓은 것입니다.",
  "The bluer a place, the more D takes it for real. All can be changed while it trains.": "파랄수록 D가 진짜로 여기는 곳입니다. 학습하는 동안 무엇이든 바꿀 수 있습니다.",
  "At some fakes there will be arrows: what G is told there. Where do they point?": "몇몇 가짜에 화살표가 붙습니다: G가 거기서 듣는 말입니다. 어디를 가리킬까요?",
  "to the nearest point of the data": "가장 가까운 데이터 점",
  "to where D says “more real”": "D가 ‘더 진짜’라고 하는 쪽",
  "to the middle of the data": "데이터의 가운데",
  "G never sees the data. All it gets is D's {gradient}: which way to move a fake so that D believes it more.":
    "G는 데이터를 보지 못합니다. 받는 것은 D의 {gradient}뿐: D가 더 믿도록 가짜를 옮길 방향입니다.",
  "Move the amber z in its square, by hand or with the arrow keys, and follow its fake over the grid.": "정사각형 안의 호박색 z를 손이나 화살표 키로 옮기며 격자 위의 가짜를 따라가 보세요.",
  "The square of z is in one piece, and G only bends it. So it fills a ring, but between clusters it leaves a thin skin of fakes that are like neither.":
    "정사각형 z는 한 조각이고 G는 휘기만 합니다. 그래서 고리는 채우지만, 무리 사이에는 어느 쪽도 닮지 않은 가짜의 얇은 막이 남습니다.",
  ring: "고리",
  clusters: "무리",
  line: "선",
  "Loss of G": "G의 손실",
  "Shown layers": "보이는 층",
  "z ({u}, {v}) becomes x ({a}, {b})": "z ({u}, {v})는 x ({a}, {b})가 됨",
  "apart {distance}": "차이 {distance}",
  "The plane with data, fakes, D's field, G's grid and arrows at the fakes": "데이터, 가짜, D의 장, G의 격자, 가짜의 화살표가 있는 평면",
  "z: two numbers from −1 to 1, moved by the arrow keys": "z: −1에서 1까지의 수 둘, 화살표 키로 움직임",
  "Draw on the plane: the points that you leave are the data.": "평면에 그리세요: 남긴 점이 데이터입니다.",
  Wipe: "지우기",
  "D as a field": "D의 장",
  "G as a grid": "G의 격자",
  arrows: "화살표",
};
