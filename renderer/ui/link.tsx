import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

type Html = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps | keyof AnchorProps> & {
  ref?: Ref<HTMLAnchorElement>;
};

/** A link in a text, to a typed address: `<LinkText to="/bills/$billId" params={{ billId }}>…</LinkText>`. */
export const LinkText = createLink((props: AnchorProps & Html) => <Anchor size="sm" {...props} />);

/** A button that leads to an address. */
export const LinkButton = createLink((props: ButtonProps & Html) => <Button component="a" {...props} />);
