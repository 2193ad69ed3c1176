import type { AstmRecord } from './records.ts';
import type { AstmOrderNode, AstmResultNode, AstmTree } from './tree.ts';

/**
 * The tree of an instrument that writes its results into records of its own (M, or a letter the standard does not know) instead
 * of R: where an order has no R, each of its records of these types is a result; so are those that no order holds.
 */
export function withManufacturerResults(tree: AstmTree, types: ReadonlySet<string>): AstmTree {
  const resultsIn = (records: readonly AstmRecord[]): AstmResultNode[] =>
    records.filter(({ type }) => types.has(type)).map((record) => ({ record, comments: [], manufacturer: [] }));
  const ordersOf = (orders: readonly AstmOrderNode[], loose: readonly AstmRecord[]): AstmOrderNode[] => {
    if (orders.length > 0) {
      return orders.map((order) =>
        order.results.length > 0 ? order : { ...order, results: resultsIn(order.manufacturer) },
      );
    }
    const results = resultsIn(loose);
    return results.length === 0 ? [] : [{ record: undefined, comments: [], manufacturer: [], results }];
  };
  if (tree.patients.length === 0) {
    const orders = ordersOf([], tree.header.manufacturer);
    const patients = orders.length === 0 ? [] : [{ record: undefined, comments: [], manufacturer: [], orders }];
    return { ...tree, patients };
  }
  return {
    ...tree,
    patients: tree.patients.map((patient) => ({ ...patient, orders: ordersOf(patient.orders, patient.manufacturer) })),
  };
}
