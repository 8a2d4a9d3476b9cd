import { testKills } from '../support/processes/mixed-kills.ts'

testKills(50, 180_000)
