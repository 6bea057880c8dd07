/** How long a cause that may heal by itself is waited for, in ms: an image is pulled again after 10 s and 20 s. */
export const defaultGrace = 30_000;
