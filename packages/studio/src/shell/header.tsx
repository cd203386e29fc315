import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { Menu, MenuItem, MenuTrigger, Text } from '@react-spectrum/s2/Menu';
import { Link } from 'react-router';
import { DarkThemeIcon, LightThemeIcon, SystemThemeIcon } from '../ui/icons.ts';
import styles from './header.module.css';
import { useStatus } from './status-context.tsx';
import { setTheme, useTheme } from './theme.ts';
import type { Theme } from './theme.ts';

export function Header() {
  const { data } = useStatus();
  return (
    <header className={styles.header}>
      <Link to="/" className={styles.brand} aria-label="Kindred, home">
        <img src="/icon.svg" alt="" width={28} height={28} />
        <span>Kindred</span>
      </Link>
      <span className={styles.sandbox} title="Sandbox: the separate space of data this server works on">
        <span className="visually-hidden">Sandbox: </span>
        {data?.sandbox ?? '…'}
      </span>
      <span className={styles.space} />
      <ThemeMenu />
    </header>
  );
}

const THEMES: readonly { readonly id: Theme; readonly title: string }[] = [
  { id: 'system', title: 'As the system' },
  { id: 'light', title: 'Light' },
  { id: 'dark', title: 'Dark' },
];

function ThemeMenu() {
  const theme = useTheme();
  return (
    <MenuTrigger align="end">
      <ActionButton isQuiet aria-label="Theme">
        {theme === 'system' ? <SystemThemeIcon /> : theme === 'light' ? <LightThemeIcon /> : <DarkThemeIcon />}
      </ActionButton>
      <Menu
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[theme]}
        onSelectionChange={(keys) => {
          const chosen = THEMES.find(({ id }) => keys !== 'all' && keys.has(id));
          if (chosen) setTheme(chosen.id);
        }}
      >
        {THEMES.map(({ id, title }) => (
          <MenuItem key={id} id={id} textValue={title}>
            <Text slot="label">{title}</Text>
          </MenuItem>
        ))}
      </Menu>
    </MenuTrigger>
  );
}
