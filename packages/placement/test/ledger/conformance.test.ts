import { describePlacement } from '@novakit/core/testing'
import { openLedger } from './open.ts'

describePlacement('in SQLite', { make: openLedger })
