import { ipcRenderer } from 'electron';

/*
 * Hands the page its MessagePort to the core and nothing else: no function of Electron or Node reaches the page.
 *   page → {type: 'aliquot-port-request'}            asks for a port (first load, or a pipe that went dead)
 *   page ← {type: 'aliquot-port'} with ports[0]      the pipe; a newer one replaces it
 *   page ← {type: 'aliquot-port-lost'}               the core stopped; the next port comes by itself
 */

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source !== window || event.origin !== location.origin) return;
  const { data } = event;
  if (data === null || typeof data !== 'object' || !('type' in data)) return;
  if (data.type === 'aliquot-port-request') ipcRenderer.send('core-port-request');
});

ipcRenderer.on('core-port', (event) => {
  window.postMessage({ type: 'aliquot-port' }, location.origin, [...event.ports]);
});

ipcRenderer.on('core-port-lost', () => {
  window.postMessage({ type: 'aliquot-port-lost' }, location.origin);
});
