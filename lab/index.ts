export { lab } from './source';
