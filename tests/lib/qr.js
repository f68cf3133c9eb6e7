// Reads a QR code out of a PNG with a decoder that is not the program's.
import jsQR from 'jsqr';
import { PNG } from 'pngjs';

export function readQr(png) {
  const image = PNG.sync.read(png);
  const found = jsQR(new Uint8ClampedArray(image.data), image.width, image.height);
  return found ? found.data : null;
}
