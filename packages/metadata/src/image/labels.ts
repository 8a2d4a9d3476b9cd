import { driveImageErrors } from './errors.ts'
import { shown } from './names.ts'

/** @throws `drive_image.bad_option` */
export function checkText(option: string, value: string, allowed: RegExp): void {
  if (allowed.test(value)) return
  throw driveImageErrors.bad_option({ option, why: `${shown(value)} does not match ${allowed.source}` })
}
