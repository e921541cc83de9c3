/** Korean, by the English sentence; what is missing stays English. One file for each tab; here is what the page and several tabs say. */

import access from "./ko/access.js";
import autoencode from "./ko/autoencode.js";
import device from "./ko/device.js";
import explore from "./ko/explore.js";
import interpolate from "./ko/interpolate.js";
import learn from "./ko/learn.js";
import adam from "./ko/learn/adam.js";
import game from "./ko/learn/game.js";
import codes from "./ko/learn/codes.js";
import labels from "./ko/learn/labels.js";
import line from "./ko/learn/line.js";
import networks from "./ko/learn/networks.js";
import plane from "./ko/learn/plane.js";
import problems from "./ko/problems.js";
import room from "./ko/room.js";
import shared from "./ko/shared.js";
import training from "./ko/training.js";
import check from "./ko/learn/check.js";
import quality from "./ko/learn/quality.js";
import signal from "./ko/signal.js";
import sees from "./ko/learn/sees.js";
import turingCard from "./ko/learn/turing.js";
import turing from "./ko/turing.js";

/** @type {Object<string, string>} */
export default {
  ...access,
  ...device,
  ...explore,
  ...interpolate,
  ...training,
  ...autoencode,
  ...signal,
  ...learn,
  ...line,
  ...plane,
  ...game,
  ...networks,
  ...codes,
  ...labels,
  ...adam,
  ...problems,
  ...room,
  ...shared,
  ...turing,
  ...turingCard,
  ...sees,
  ...quality,
  ...check,
  // several tabs
  Digit: "숫자",
  "Digit {digit}": "숫자 {digit}",
  "The link is copied: it opens this card.": "링크를 복사했습니다. 열면 이 카드가 나옵니다.",
  "Scan to open this card": "스캔하면 이 카드가 열립니다",
  "Next card (Page Down in talk mode)": "다음 카드 (발표 모드에서는 Page Down)",
  "Card before (Page Up in talk mode)": "이전 카드 (발표 모드에서는 Page Up)",
  "Direction {number}": "방향 {number}",
  Brush: "붓",
  Undo: "되돌리기",
  Play: "재생",
  Pause: "일시 정지",
  "step {step}": "{step}단계",
  "step {step}, epoch {epoch}": "{step}단계, 에포크 {epoch}",
  "{label}, exact value": "{label}, 정확한 값",
  "Fetching the weights ...": "가중치 받는 중 ...",
  Weights: "가중치",
  "{come} of {all} MB": "{all} MB 중 {come} MB",
  "{come} MB so far": "지금까지 {come} MB",
  // the plain page
  Training: "학습",
  "Parts of the page": "페이지의 부분",
  "This part of the page could not start ({reason}). Reload the page.": "이 부분을 시작하지 못했습니다({reason}). 페이지를 새로 고치세요.",
  "A newer version of this page is ready: close its tabs and open it again.": "새 버전이 준비되었습니다. 열린 탭을 모두 닫고 다시 여세요.",
  "This page works without network, all of it.": "이 페이지의 모든 부분이 네트워크 없이 동작합니다.",
  "This page works without network now; earlier epochs do not yet.": "이제 네트워크 없이도 동작합니다. 이전 에포크는 아직 저장되지 않았습니다.",
  "Keeping ... {count} MB to go": "저장 중 ... {count} MB 남음",
  "Keep the epochs too ({count} MB)": "에포크도 저장 ({count} MB)",
  "Keep all of it ({count} MB)": "모두 저장 ({count} MB)",
  "Your browser saves data, so only what is looked at is fetched.": "브라우저가 데이터를 절약하므로 보는 것만 가져옵니다.",
  "Not everything could be kept ({reason}). Try again.": "일부를 저장하지 못했습니다({reason}). 다시 시도하세요.",
  // sharing
  Share: "공유",
  Link: "링크",
  "Copy link": "링크 복사",
  "QR code": "QR 코드",
  "Talk mode": "발표 모드",
  Keys: "단축키",
  "Leave talk mode": "발표 모드 끝내기",
  Close: "닫기",
  "The link is copied: it opens exactly this picture.": "링크를 복사했습니다. 열면 똑같은 그림이 나옵니다.",
  "Copy this link": "이 링크를 복사하세요",
  "This browser does not let the page copy. The link is selected: press Ctrl+C, or hold it on a phone.":
    "이 브라우저는 자동 복사를 허용하지 않습니다. 링크가 선택되어 있으니 Ctrl+C를 누르거나, 휴대전화에서는 길게 누르세요.",
  "Scan to open this picture": "스캔하면 이 그림이 열립니다",
  "Address in this room": "이 자리에서 쓸 주소",
  "This page was opened at {here}, but its links lead to {base}, as the server was told (--public-url). If that is wrong, start the server anew with the right one.":
    "이 페이지는 {here}에서 열렸지만 링크는 서버에 지정된 주소 {base}로 이어집니다(--public-url). 틀렸다면 올바른 주소로 서버를 다시 시작하세요.",
  "Only this machine can open this address.": "이 주소는 이 컴퓨터에서만 열립니다.",
  "For other machines start the server with --host 0.0.0.0.": "다른 기기에서도 열려면 --host 0.0.0.0으로 서버를 시작하세요.",
  "QR code of the link": "링크의 QR 코드",
  "This link is too long for a QR code. Take changes back, or shorten the path.": "링크가 너무 길어 QR 코드로 만들 수 없습니다. 변경을 되돌리거나 경로를 줄이세요.",
  // talk mode
  "Full screen, large type, only what is ticked. Page keys and a clicker change the tab, Escape leaves.":
    "전체 화면, 큰 글씨, 선택한 항목만 보입니다. Page 키와 프레젠터로 탭을 넘기고 Esc 키로 끝냅니다.",
  Shown: "보이는 항목",
  "Copy link for the talk": "발표용 링크 복사",
  "Copy link for students": "학생용 링크 복사",
  "Show everything again": "모두 다시 보이기",
  "Copied. Whoever opens it sees just these parts.": "복사했습니다. 이 링크를 열면 선택한 부분만 보입니다.",
  "Title of the page": "페이지 제목",
  Tabs: "탭",
  // keys
  "Dice: another digit": "주사위: 다른 숫자",
  "Undo (Ctrl+Z too)": "되돌리기 (Ctrl+Z)",
  "Redo (Ctrl+Shift+Z too)": "다시 하기 (Ctrl+Shift+Z)",
  "This digit, where the model can be asked for one": "이 숫자로 (숫자를 고를 수 있는 모델)",
  "Play or pause": "재생 / 일시 정지",
  "Next model": "다음 모델",
  "Model before": "이전 모델",
  "Next tab (Page Down in talk mode, as a clicker sends it)": "다음 탭 (발표 모드에서는 Page Down, 프레젠터의 다음 단추)",
  "Tab before (Page Up in talk mode)": "이전 탭 (발표 모드에서는 Page Up)",
  "Full screen": "전체 화면",
  "Talk mode on and off": "발표 모드 켜기 / 끄기",
  "This list": "이 목록",
  "Use single keys": "한 글자 단축키 사용",
  // links that cannot be read
  "{repo} is being fetched from the Hugging Face Hub ...": "Hugging Face Hub에서 {repo} 모델을 가져오는 중 ...",
  "{repo} cannot be opened from the Hugging Face Hub. {reason}": "Hugging Face Hub의 {repo} 모델을 열 수 없습니다. {reason}",
  "This link could not be read, so here is the page as it opens. {reason}": "링크를 읽을 수 없어 기본 화면을 엽니다. {reason}",
  "It has {count} characters; at most {most} are read.": "{count}자입니다. 최대 {most}자까지 읽습니다.",
  "It is of version {version}; this page reads version {known}.": "링크 버전은 {version}인데, 이 페이지는 버전 {known}을 읽습니다.",
  "{key} is {value}; expected {expected}.": "{key} 값이 {value}입니다. {expected}여야 합니다.",
  "something else": "다른 값",
  "a whole number from 0 to {most}": "0부터 {most}까지의 정수",
  "a digit": "숫자",
  "a number from 0 to 1": "0부터 1까지의 수",
  "a number from 0 to 2": "0부터 2까지의 수",
  "a step of the training": "학습 단계",
  "0 or 1": "0 또는 1",
  "numbers in base64url": "base64url로 쓴 수",
  "two or more key points": "둘 이상의 키 포인트",
  "a whole number from 2 to 120": "2부터 120까지의 정수",
  "a whole number from 1 to 60": "1부터 60까지의 정수",
  "the name of a model": "모델 이름",
  "There is no model {model} here.": "{model} 모델이 여기에 없습니다.",
  "Its z has {count} numbers; {model} takes {size}.": "z의 길이가 {count}인데 {model}에는 {size}이 필요합니다.",
  "It changes a coordinate that {model} does not have.": "{model}에 없는 좌표를 바꿉니다.",
  "{model} has no epoch at step {step}.": "{model}에는 {step} 단계의 에포크가 없습니다.",
  "{model} knows the digits 0 to {last}.": "{model}은 0부터 {last}까지의 숫자를 압니다.",
  "A key point asks for a digit that {model} does not know.": "{model}이 모르는 숫자를 키 포인트가 요구합니다.",
  "from the link": "링크에서",
};
