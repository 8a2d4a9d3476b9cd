import type { Instant } from '@novakit/core/vocabulary'
import { driveImageErrors } from './errors.ts'
import { shown } from './names.ts'

/** @throws `drive_image.bad_option` */
export function checkText(option: string, value: string, allowed: RegExp): void {
  if (allowed.test(value)) return
  throw driveImageErrors.bad_option({ option, why: `${shown(value)} does not match ${allowed.source}` })
}

/** Any point in time will do, but it must be one. @throws `drive_image.bad_option` */
export function checkDate(at: Instant): void {
  if (!Number.isNaN(new Date(at).getTime())) return
  throw driveImageErrors.bad_option({ option: 'date', why: `${at} is no point in time` })
}
