import { type BaseWindow, BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron';
import { words } from './words.ts';

/** What the menu does that Electron's own roles do not. */
export interface MenuActions {
  newWindow(): void;
  zoom(window: BrowserWindow, direction: 'in' | 'out' | 'reset'): void;
}

/** Sets the application menu: small, as the app's own screens carry the commands. */
export function setMenu(actions: MenuActions): void {
  const zoom = (label: string, accelerator: string, direction: 'in' | 'out' | 'reset'): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: (_item, window?: BaseWindow) => {
      if (window instanceof BrowserWindow) actions.zoom(window, direction);
    },
  });
  const { menu } = words;
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
    {
      label: menu.file,
      submenu: [
        { label: menu.newWindow, accelerator: 'CmdOrCtrl+Shift+N', click: actions.newWindow },
        { type: 'separator' },
        { role: process.platform === 'darwin' ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu', label: menu.edit },
    {
      label: menu.view,
      submenu: [
        zoom(menu.zoomIn, 'CmdOrCtrl+Plus', 'in'),
        // The key beside Backspace, without Shift, on keyboards where + is above =.
        { ...zoom(menu.zoomIn, 'CmdOrCtrl+=', 'in'), visible: false },
        zoom(menu.zoomOut, 'CmdOrCtrl+-', 'out'),
        zoom(menu.zoomReset, 'CmdOrCtrl+0', 'reset'),
        { type: 'separator' },
        { role: 'togglefullscreen', label: menu.fullScreen },
        { role: 'reload', label: menu.reload },
      ],
    },
    { role: 'windowMenu', label: menu.window },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
