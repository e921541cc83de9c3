/** Korean of who may start and stop a training; the sentences without values are the server's (ui/train/access.py). */

/** @type {Object<string, string>} */
export default {
  "Only who has the control link may start, stop or change a training here; it was printed where the server was started.":
    "학습을 시작하거나 멈추거나 바꾸려면 조작 링크가 필요합니다. 링크는 서버를 시작한 화면에 나와 있습니다.",
  "This page came through a proxy or a share link, so it is not for everybody to train here. The server can be started with --control token for a link that may, or with --control anyone.":
    "이 페이지는 프록시나 공유 링크를 거쳐 왔으므로 누구나 학습할 수는 없습니다. --control token으로 서버를 시작하면 조작 링크가 나오고, --control anyone이면 누구나 할 수 있습니다.",
  "Training is switched off here.": "여기서는 학습이 꺼져 있습니다.",
  "You may train here: one run at a time, at most {steps} steps and {minutes} minutes. When another one trains, yours waits in line.":
    "여기서 학습할 수 있습니다. 한 번에 하나, 최대 {steps}단계, {minutes}분까지입니다. 다른 학습이 진행 중이면 차례를 기다립니다.",
  waiting: "대기 중",
  "Waiting for its turn: it is the next one.": "차례를 기다리는 중입니다. 바로 다음 순서입니다.",
  "Waiting for its turn: number {place} in line.": "차례를 기다리는 중입니다. 대기 순서 {place}번입니다.",
};
