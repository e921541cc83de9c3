/**
 * What the server says of trainings (docs/formats.md, sections 4 and 5), under the names that Python has for the same things. Types only:
 * nothing imports this file when the page runs.
 *
 * @typedef {string|number|boolean|null} Setting
 * @typedef {Record<string, Setting>} Settings by name of the setting
 *
 * @typedef {{family: string, preset: string, latent_dim?: number, num_classes?: number} & Record<string, unknown>} ModelConfig
 * @typedef {{failure: string, cured_at: number|null, cores: number}} Recorded `cured_at`: null where the cure begins another run, 0 of that other run
 * @typedef {{model: ModelConfig, train: {dataset: string, steps: number} & Settings, created: number, recorded?: Recorded, lab?: string, own?: boolean}} RunConfig `lab`: the failure that a run of this device was made to show; `own`: a person's own data lie in its folder
 *
 * @typedef {Object} Change made in flight
 * @property {number} step
 * @property {Record<string, [Setting, Setting]>} settings before and after, by name
 * @property {string} [from] the run that a branch began as, on its first change only
 *
 * @typedef {Object} Alarm
 * @property {string} kind
 * @property {boolean} accuses
 * @property {number} since step
 * @property {Record<string, number>} numbers
 * @property {Settings} settings that usually help
 * @property {number|null} [last_good] kept step before it
 *
 * @typedef {Object} Report
 * @property {number} step
 * @property {number} epoch
 * @property {number|null} [seconds]
 * @property {number} [images_per_second]
 * @property {number} [seconds_left]
 * @property {number} [g_loss] of a GAN, as the next ones
 * @property {number} [d_loss]
 * @property {number} [d_real]
 * @property {number} [d_fake]
 * @property {number} [d_accuracy_real]
 * @property {number} [d_accuracy_fake]
 * @property {number} [loss] of an autoencoder, as the next one
 * @property {number} [val_loss]
 * @property {number[]} [digits] shares of the ten digits, of a report that was looked at, as the next ones
 * @property {number} [confident]
 * @property {number} [evenness]
 * @property {number} [variety]
 * @property {number} [distance]
 * @property {number} [label_accuracy]
 * @property {Change[]} [changes]
 * @property {Alarm[]} [alarms]
 *
 * @typedef {Record<string, number>} TurnNumbers `d_real_before`, `d_real_after` ... and the loss of that turn
 * @typedef {{mode: "run"|"pause"|"slow", step?: number, rate?: number, part?: string|null, numbers?: {d?: TurnNumbers|null, g?: TurnNumbers|null}, settings?: Settings}} Hand
 *
 * @typedef {Object} Status
 * @property {string} state
 * @property {number} step
 * @property {number} steps
 * @property {string} [reason]
 * @property {number} [place] in line, 1 for the next one
 * @property {Hand} [hand]
 * @property {Alarm[]} [alarms]
 * @property {string} [phase] what a run that begins is at, of a server: libraries, pictures or compiling
 * @property {Record<string, number>} [expected] seconds that each of these took the runs before
 *
 * @typedef {{after: number, step: number, seconds: number, digits?: number[]} & Record<string, unknown>} Milestone a row of `reached`
 *
 * @typedef {Object} Progress the answer of `progress.json`, and every event of the stream
 * @property {Status} status
 * @property {RunConfig} config
 * @property {number} [first] number of the first report told
 * @property {number} next
 * @property {string|number|null} [mark]
 * @property {Report[]} reports
 * @property {Milestone[]} [reached]
 * @property {number[]} [pictures] steps that a recording, or a run of this device, has pictures of
 * @property {number[]} [networks] steps that a run of this device has networks of, which are not all
 * @property {number[]} [states] steps whose whole state is stored, so that another run can go on from there
 *
 * @typedef {Object} Run as far as it is known here
 * @property {string} id
 * @property {Status|null} status
 * @property {RunConfig|null} config
 * @property {Report[]} reports
 * @property {Milestone[]} reached
 * @property {number[]|null} pictures
 * @property {number[]|null} [networks] steps that it has networks of, null for all
 * @property {number[]} [states] steps whose whole state is stored
 * @property {string} lost why nothing new comes, or ""
 *
 * @typedef {Object} ListedRun a line of `runs.json`
 * @property {string} id
 * @property {string} [state]
 * @property {string} [family] "?" where the server cannot read the run's settings
 * @property {string} [preset]
 * @property {string} [dataset]
 * @property {number} [created]
 * @property {string} [reason]
 * @property {number} [place]
 * @property {boolean} [recording] whether it is a recording that goes with the project
 * @property {string} [failure] of the lab that a recording shows
 *
 * @typedef {Object} Failure a line of `lab.json`
 * @property {string} name
 * @property {string} title
 * @property {string} words
 * @property {string} family
 * @property {string} preset
 * @property {Record<string, unknown>} model
 * @property {Settings} train
 * @property {Settings} cure
 * @property {boolean} [afresh] its weights are past mending
 * @property {string|null} [recording]
 * @property {string|null} [again] the recording of the run that begins again with the cure
 */

export {};
