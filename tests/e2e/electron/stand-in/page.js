/* Stands for the renderer: keeps the newest port, counts what came, asks the core over it. */
const state = { ports: 0, lost: 0, port: undefined };
window.standIn = {
  state,
  ask: (question) =>
    new Promise((resolve) => {
      state.port.onmessage = ({ data }) => resolve(data);
      state.port.postMessage(question);
    }),
  tell: (order) => state.port.postMessage(order),
};
window.addEventListener('message', ({ data, ports }) => {
  if (data?.type === 'aliquot-port') {
    state.port = ports[0];
    state.ports += 1;
  }
  if (data?.type === 'aliquot-port-lost') state.lost += 1;
});
window.postMessage({ type: 'aliquot-port-request' }, location.origin);
