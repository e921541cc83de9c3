/** What Gradio's own controls say as the modules do. `ui/words.py` reads it too: what is exported is JSON. */

export default {
  "Learn": "배우기",
  "Explore": "탐색",
  "draws": "그립니다",
  "Train": "학습",
  "Interpolate": "보간",
  "Autoencode": "오토인코더",
  "Start": "시작",
  "Start your own": "직접 시작하기",
  "Batch size": "배치 크기",
  "Learning rate, generator": "생성자 학습률",
  "Learning rate, discriminator": "판별자 학습률",
  "k, discriminator steps": "k, 판별자 단계 수",
  "beta_1 or momentum": "beta_1 또는 모멘텀",
  "Loss": "손실",
  "non-saturating": "비포화",
  "minimax": "미니맥스",
  "least squares": "최소제곱",
  "hinge": "힌지",
  "Wasserstein": "바서슈타인",
  "Seed": "시드",
  "Trainings can only be watched here: the server was started so that nobody may control them.": "여기서는 학습을 볼 수만 있습니다. 아무도 조작할 수 없게 서버를 시작했습니다.",
  "Stop": "멈춤",
  "Resume": "이어서 학습"
};
