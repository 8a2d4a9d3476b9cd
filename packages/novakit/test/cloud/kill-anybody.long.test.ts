import { testKills } from '../support/processes/mixed-kills.ts'

testKills(500, 3_600_000)
