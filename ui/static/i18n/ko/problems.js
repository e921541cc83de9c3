/** Korean of what can go wrong: values that cannot be, files that are damaged, a server that is silent. */

/** @type {Object<string, string>} */
export default {
  // what a person typed
  "{label}: {value} is not a number from {min} to {max}.": "{label}: {value} 값은 {min}부터 {max}까지의 수가 아닙니다.",
  "{text} is not a seed. Type a whole number from 0 to {most}.": "{text} 값은 시드가 될 수 없습니다. 0부터 {most}까지의 정수를 입력하세요.",
  "Seed {seed} is out of range. Type a whole number from 0 to {most}.": "시드 {seed}은(는) 범위를 벗어났습니다. 0부터 {most}까지의 정수를 입력하세요.",
  // models
  "There is no model {model} any more. Choose another.": "{model} 모델이 이제 없습니다. 다른 모델을 고르세요.",
  "The list of models is damaged. Restart the server.": "모델 목록이 손상되었습니다. 서버를 다시 시작하세요.",
  "{title} cannot be opened. {reason}": "{title} 모델을 열 수 없습니다. {reason}",
  "Its prior {kind} has no file.": "사전 분포 {kind}의 파일이 없습니다.",
  "Its prior does not fit a z of {count} numbers.": "사전 분포가 길이 {count}의 z와 맞지 않습니다.",
  "Its directions do not fit its z.": "방향이 z와 맞지 않습니다.",
  "The {role} of {title} is not loaded.": "{title} 모델의 {role} 신경망이 아직 없습니다.",
  "Its {role} file is for another model.": "{role} 파일이 다른 모델의 것입니다.",
  // server and browser
  "This browser gives no 2-D context.": "이 브라우저에서는 2차원 그림을 그릴 수 없습니다.",
  "The address of this page asks that the server draws.": "이 페이지의 주소가 서버에서 그리도록 요청합니다.",
  "This browser cannot run the network.": "이 브라우저에서는 신경망을 실행할 수 없습니다.",
  "This browser could not start the worker that draws many pictures.": "이 브라우저에서 여러 그림을 그리는 작업자를 시작하지 못했습니다.",
  "This browser has no memory left for fast drawing, so plain JavaScript draws, slowly. Close other tabs of it, or reload the page.":
    "이 브라우저에 빠르게 그릴 메모리가 남지 않아 일반 JavaScript로 느리게 그립니다. 다른 탭을 닫거나 페이지를 새로 고치세요.",
  "The server does not answer ({name}). Check that it runs, then try again.": "서버가 응답하지 않습니다({name}). 서버가 켜져 있는지 확인하고 다시 시도하세요.",
  "The server could not do this ({name}, status {status}). Refresh the list of models, then try again.":
    "서버가 처리하지 못했습니다({name}, 상태 {status}). 모델 목록을 새로 고친 뒤 다시 시도하세요.",
  "A file is missing ({name}, status {status}). Refresh the list of models, then try again.":
    "파일이 없습니다({name}, 상태 {status}). 모델 목록을 새로 고친 뒤 다시 시도하세요.",
  "The server drew something else than was asked for.": "서버가 요청과 다른 것을 그렸습니다.",
  "The answer to {path} was cut off. It is asked again in a moment.": "{path} 응답이 중간에 끊겼습니다. 잠시 뒤 다시 시도합니다.",
  "What is told of this training is damaged: {name} is {value}.": "이 학습에 대한 내용이 손상되었습니다: {name} 값이 {value}입니다.",
  // weight files
  "This weight file is damaged: {reason}. Reload the page, or make the file again.":
    "가중치 파일이 손상되었습니다: {reason}. 페이지를 새로 고치거나 파일을 다시 만드세요.",
  "it is {count} bytes long, too short for a header": "길이가 {count}바이트라 헤더보다 짧음",
  "it has {count} bytes, at most {most} are read": "길이가 {count}바이트인데 최대 {most}바이트까지 읽음",
  "it has {count} tensors, at most {most} are read": "텐서가 {count}개인데 최대 {most}개까지 읽음",
  "its header claims {claimed} bytes, the file has {count}": "헤더는 {claimed}바이트라는데 파일은 {count}바이트임",
  "its header is not JSON": "헤더가 JSON이 아님",
  "its header is not a JSON object": "헤더가 JSON 객체가 아님",
  "tensor {name}": "텐서 {name}",
  "{tensor} has dtype {dtype}, expected F16, F32, I8 or I16": "{tensor}의 dtype이 {dtype}이며 F16, F32, I8 또는 I16이어야 함",
  "tensor {name} has no scale that fits it": "텐서 {name}에 맞는 배율이 없음",
  "{tensor} has shape {shape}": "{tensor}의 모양이 {shape}임",
  "{tensor} lies at {span}, outside its {room} bytes of data": "{tensor}의 위치 {span}이 데이터 {room}바이트를 벗어남",
  "{tensor} of shape [{shape}] needs {expected} bytes, it has {count}": "모양이 [{shape}]인 {tensor}에는 {expected}바이트가 필요한데 {count}바이트임",
  "its tensors overlap or leave a gap at byte {end}": "{end}번째 바이트에서 텐서가 겹치거나 비어 있음",
  "its tensors end at byte {end} of {room}": "텐서가 {room}바이트 중 {end}바이트에서 끝남",
  "tensor {name} holds {value} at {index}": "텐서 {name}의 {index}번째 값이 {value}임",
  "This weight file holds no program. Make it again with python -m gan_core.": "가중치 파일에 프로그램이 없습니다. python -m gan_core로 다시 만드세요.",
  "This program has format {format}, this page reads format 1. Reload the page.": "프로그램 형식이 {format}인데 이 페이지는 형식 1을 읽습니다. 페이지를 새로 고치세요.",
  "This program has no list of operations.": "프로그램에 연산 목록이 없습니다.",
  "This network takes {size} numbers, got {count}.": "이 신경망은 수 {size}개를 받는데 {count}개가 왔습니다.",
};
