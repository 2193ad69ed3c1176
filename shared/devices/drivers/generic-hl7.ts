import type { Driver } from '../driver.ts';
import { genericDrivers } from '../generic.ts';
import { usualSerial } from './common.ts';
import { answerDisplayQuery } from './hl7-answer.ts';
import { answerParameterQuery, downloadOrders } from './hl7-orders.ts';
import { readHl7, standardHl7 } from './hl7-reader.ts';

/** Any instrument that sends ORU^R01 or OUL^R22; where it has its own ways, the device's map says where things are. */
export const genericHl7: Driver = {
  id: genericDrivers.hl7,
  name: 'Generic HL7',
  manufacturer: '',
  models: [],
  format: 'hl7',
  protocol: {
    framing: 'mllp',
    connection: 'tcp-server',
    serial: usualSerial,
    answeredByDriver: ['QRY^Q02', 'QBP^Q11'],
  },
  settings: { charset: 'utf-8', decimal: 'auto' },
  guide: {
    source: 'HL7 2.3.1 to 2.5.1 (chapters 2, 4, 5 and 7, appendix C) and IHE Laboratory Analytical Workflow.',
    guessed: [],
    cabling: 'Ethernet: the instrument calls the laboratory, or the laboratory calls it.',
    settings: [
      'Protocol HL7 with MLLP framing, address and port of the laboratory, acknowledgements on.',
      'Have the instrument send one result, then say in the received message what is what (Field map).',
    ],
  },
  places: standardHl7.places,
  codes: [],
  quirks: [
    'The sample id is looked for in SPM-2, SAC-3, OBR-3, OBR-2, ORC-3 and ORC-2, in this order; the code in OBX-3.1, then OBX-3.4.',
    'Queries of the old kind (QRY^Q02) are answered by QCK^Q02 and DSR^Q03.',
    'QBP^Q11 is answered by RSP^K11. The orders stand in it, or follow as OML^O33 where the query is of IHE LAW.',
    'Orders go out unasked as OML^O33, one message for each sample, or as ORM^O01 where the device is set so.',
    'Other places are set on the screen, from a received message.',
  ],
  sample: {
    text: [
      'MSH|^~\\&|ANALYZER|MAKER|LIS|LAB|20240105101500||OUL^R22^OUL_R22|55|P|2.5.1||||||UNICODE UTF-8',
      'SPM|1|AQ-240009||SER|||||||P',
      'OBR|1|||CHEM',
      'OBX|1|NM|2345-7^Glucose^LN||5.4|mmol/L|3.9-6.1|N|||F|||20240105101400',
      'OBX|2|SN|1988-5^CRP^LN||<^0.6|mg/L|||||F|||20240105101400',
      'NTE|1||repeated',
      '',
    ].join('\r'),
    results: [
      { sampleId: 'AQ-240009', code: '2345-7', value: '5.4', unit: 'mmol/L', flags: ['N'] },
      { sampleId: 'AQ-240009', code: '1988-5', value: '<0.6', unit: 'mg/L' },
    ],
  },
  read: (text, settings) => readHl7(text, standardHl7, genericHl7.settings, settings),
  answer: (query, orders, context) => {
    if (query === null) return downloadOrders(genericHl7, context.settings?.orderMessage ?? 'OML^O33', orders, context);
    return query.echo.messageType?.startsWith('QBP')
      ? answerParameterQuery(genericHl7, query, orders, context)
      : answerDisplayQuery(genericHl7, query, orders, context);
  },
};
