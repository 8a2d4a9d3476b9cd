import { expect, test } from 'vitest'
import { events, procedures, type Procedure } from '@novakit/driver-libvirt/client'
import { compareWithSource } from './compare.ts'
import { readProtocol } from './protocol-source.ts'

/** In the manner of a protocol description: two calls and an event. */
const source = `
  %#include "x.h"
  const REMOTE_STRING_MAX = 4194304;
  typedef string remote_nonnull_string<REMOTE_STRING_MAX>;
  typedef remote_nonnull_string *remote_string;
  typedef opaque remote_uuid[VIR_UUID_BUFLEN];
  /* a domain */
  struct remote_nonnull_domain {
      remote_nonnull_string name;
      remote_uuid uuid;
      int id;
  };
  struct remote_domain_get_state_args {
      remote_nonnull_domain dom;
      unsigned int flags;
  };
  struct remote_domain_get_state_ret { int state; int reason; };
  struct remote_domain_event_callback_tunable_msg {
      int callbackID;
      remote_nonnull_domain dom;
      remote_typed_param params<REMOTE_DOMAIN_EVENT_TUNABLE_MAX>;
  };
  union remote_typed_param_value switch (int type) {
   case VIR_TYPED_PARAM_INT: int i;
   case VIR_TYPED_PARAM_UINT: unsigned int ui;
   case VIR_TYPED_PARAM_LLONG: hyper l;
   case VIR_TYPED_PARAM_ULLONG: unsigned hyper ul;
   case VIR_TYPED_PARAM_DOUBLE: double d;
   case VIR_TYPED_PARAM_BOOLEAN: int b;
   case VIR_TYPED_PARAM_STRING: remote_nonnull_string s;
  };
  struct remote_typed_param { remote_nonnull_string field; remote_typed_param_value value; };
  enum remote_procedure {
      REMOTE_PROC_CONNECT_CLOSE = 2,
      REMOTE_PROC_DOMAIN_GET_STATE = 212,
      REMOTE_PROC_DOMAIN_EVENT_CALLBACK_TUNABLE = 346
  };`
const remote = readProtocol(source, 'REMOTE_PROC_')
const compare = (calls: Readonly<Record<string, Procedure>>) =>
  compareWithSource(calls, { domainTunable: events.domainTunable }, { remote, qemu: remote })

test('a table that agrees with the source differs nowhere, and what it lacks is named', () => {
  expect(compare({ domainGetState: procedures.domainGetState })).toEqual({
    wrong: [],
    compared: 2,
    missing: ['connect_close'],
  })
})

test('a wrong number, wrong arguments and a wrong answer are found', () => {
  const { domainGetState } = procedures
  const wrong = {
    domainGetXmlDesc: { ...domainGetState, number: 2 },
    domainGetState: { ...domainGetState, args: domainGetState.result, result: domainGetState.args },
  }
  expect(compare(wrong as unknown as Readonly<Record<string, Procedure>>).wrong).toEqual([
    'domainGetXmlDesc: 2 is connect_close',
    'domainGetState takes (int int) where libvirt has (string opaque[16] int uint)',
    'domainGetState answers (string opaque[16] int uint) where libvirt has (int int)',
  ])
})
