import { describeSaga } from '@novakit/core/testing'
import { actionSuite, ofSeveralSteps, testedActions } from '../support/action-scenarios.ts'

for (const kind of testedActions) if (!ofSeveralSteps.has(kind)) describeSaga(kind, actionSuite(kind))
