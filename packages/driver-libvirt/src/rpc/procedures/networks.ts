import { array, firstOf, struct } from '../xdr/compounds.ts'
import { int32, int64, text, truth, uint32, uuid } from '../xdr/scalars.ts'
import { network as net, networkPort as port, nwfilter, nwfilterBinding } from '../wire/objects.ts'
import { params } from '../wire/typed-params.ts'
import { call, flags, maybeText, needResults, room } from './procedure.ts'

export const networkCalls = {
  networkCreate: call(39, { net }),
  networkCreateXml: call(40, { xml: text }, net),
  networkDefineXml: call(41, { xml: text }, net),
  networkDestroy: call(42, { net }),
  networkGetXmlDesc: call(43, { net, flags }, text),
  networkGetAutostart: call(44, { net }, truth),
  networkGetBridgeName: call(45, { net }, text),
  networkLookupByName: call(46, { name: text }, net),
  networkLookupByUuid: call(47, { uuid }, net),
  networkSetAutostart: call(48, { net, autostart: truth }),
  networkUndefine: call(49, { net }),
  networkIsActive: call(152, { net }, truth),
  networkIsPersistent: call(153, { net }, truth),
  networkUpdate: call(291, { net, command: uint32, section: uint32, parentIndex: int32, xml: text, flags }),
  networkGetDhcpLeases: call(
    341,
    { net, mac: maybeText, needResults, flags },
    firstOf(
      array(
        struct({
          interface: text,
          expiry: int64,
          type: int32,
          mac: maybeText,
          iaid: maybeText,
          address: text,
          prefix: uint32,
          hostname: maybeText,
          clientId: maybeText,
        }),
      ),
      uint32,
    ),
  ),
  networkDefineXmlFlags: call(432, { xml: text, flags }, net),
  networkCreateXmlFlags: call(437, { xml: text, flags }, net),

  networkListAllPorts: call(404, { net, needResults, flags }, firstOf(array(port), uint32)),
  networkPortLookupByUuid: call(405, { net, uuid }, port),
  networkPortCreateXml: call(406, { net, xml: text, flags }, port),
  networkPortGetParameters: call(407, { port, room: room(16), flags }, firstOf(params, int32)),
  networkPortSetParameters: call(408, { port, params, flags }),
  networkPortGetXmlDesc: call(409, { port, flags }, text),
  networkPortDelete: call(410, { port, flags }),

  nwfilterLookupByName: call(175, { name: text }, nwfilter),
  nwfilterLookupByUuid: call(176, { uuid }, nwfilter),
  nwfilterGetXmlDesc: call(177, { nwfilter, flags }, text),
  nwfilterDefineXml: call(180, { xml: text }, nwfilter),
  nwfilterUndefine: call(181, { nwfilter }),
  nwfilterDefineXmlFlags: call(431, { xml: text, flags }, nwfilter),
  nwfilterBindingLookupByPortDev: call(397, { name: text }, nwfilterBinding),
  nwfilterBindingGetXmlDesc: call(398, { binding: nwfilterBinding, flags }, text),
  nwfilterBindingCreateXml: call(399, { xml: text, flags }, nwfilterBinding),
  nwfilterBindingDelete: call(400, { binding: nwfilterBinding }),
} as const
