import {
  ActionIcon,
  Alert,
  Autocomplete,
  Badge,
  Button,
  Checkbox,
  createTheme,
  DataList,
  Fieldset,
  Input,
  type MantineColorsTuple,
  Menu,
  Modal,
  MultiSelect,
  NativeSelect,
  NumberInput,
  PasswordInput,
  Popover,
  Radio,
  SegmentedControl,
  Select,
  Switch,
  Table,
  TagsInput,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';

/** The one accent: a petrol whose shade 8 stands at 5.4 : 1 on white. */
const accent: MantineColorsTuple = [
  '#e9f5f7',
  '#d3e8ec',
  '#a7d1da',
  '#79bac8',
  '#52a6b7',
  '#3899ad',
  '#2593a8',
  '#128094',
  '#087286',
  '#006377',
];

const dense = { size: 'xs' } as const;

/**
 * The look of everything, in one place: Mantine as it comes, its smallest controls (30 px) with 13 px text, small radii,
 * one accent. A screen sets no sizes of its own.
 */
export const theme = createTheme({
  colors: { accent },
  primaryColor: 'accent',
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: 'sm',
  fontWeights: { regular: '400', medium: '500', bold: '600' },
  radius: { xs: '0.125rem', sm: '0.25rem', md: '0.375rem', lg: '0.5rem', xl: '1rem' },
  fontFamily: "'Segoe UI', system-ui, -apple-system, 'Noto Sans', 'Liberation Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Cascadia Mono', 'Noto Sans Mono', 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '0.8125rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.45', xl: '1.45' },
  spacing: { xs: '0.375rem', sm: '0.625rem', md: '0.875rem', lg: '1.25rem', xl: '1.75rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.125rem', lineHeight: '1.3' },
      h2: { fontSize: '0.9375rem', lineHeight: '1.35' },
      h3: { fontSize: '0.8125rem', lineHeight: '1.4' },
    },
  },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // The tone is in the icon and the edge; coloured words on a coloured surface would be hard to read.
    Alert: Alert.extend({
      styles: (_, { color = 'accent' }) => ({
        root: {
          background: 'var(--surface)',
          border: '1px solid var(--line)',
          borderInlineStart: `4px solid var(--mantine-color-${color}-7)`,
        },
        icon: { color: `var(--mantine-color-${color}-7)` },
        title: { color: 'var(--mantine-color-text)' },
      }),
    }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Autocomplete: Autocomplete.extend({ defaultProps: dense }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 500 } }),
    Button: Button.extend({ defaultProps: dense }),
    Checkbox: Checkbox.extend({ defaultProps: dense }),
    DataList: DataList.extend({ defaultProps: { size: 'sm', gap: 'xs', labelWidth: '7.5rem' } }),
    Fieldset: Fieldset.extend({ defaultProps: { p: 'sm', m: 0 } }),
    // Descriptions stand below, so that fields of a row stand on one line.
    InputWrapper: Input.Wrapper.extend({
      defaultProps: { inputWrapperOrder: ['label', 'input', 'error', 'description'] },
    }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } }),
    Modal: Modal.extend({
      defaultProps: {
        transitionProps: { duration: 100, transition: 'fade' },
        overlayProps: { backgroundOpacity: 0.35 },
        centered: true,
        padding: 'md',
      },
      styles: { title: { fontWeight: 600 } },
    }),
    MultiSelect: MultiSelect.extend({ defaultProps: dense }),
    NativeSelect: NativeSelect.extend({ defaultProps: dense }),
    NumberInput: NumberInput.extend({ defaultProps: dense }),
    PasswordInput: PasswordInput.extend({ defaultProps: dense }),
    Popover: Popover.extend({ defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } }),
    Radio: Radio.extend({ defaultProps: dense }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { ...dense, transitionDuration: 80 } }),
    Select: Select.extend({
      defaultProps: { ...dense, allowDeselect: false, comboboxProps: { transitionProps: { duration: 60 } } },
    }),
    Switch: Switch.extend({ defaultProps: dense }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 4, horizontalSpacing: 8 } }),
    TagsInput: TagsInput.extend({ defaultProps: dense }),
    Textarea: Textarea.extend({ defaultProps: { ...dense, autosize: true, minRows: 2, maxRows: 8 } }),
    TextInput: TextInput.extend({ defaultProps: dense }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, withArrow: false } }),
  },
});
