// Reads QR codes out of camera frames, away from the page. Its own response allows WebAssembly.
/* global importScripts, ZXingWASM */
const options = { formats: ['QRCode'], maxNumberOfSymbols: 1, tryHarder: true };
let canvas;
let context;

async function load({ zxing, wasm }) {
  try {
    importScripts(zxing);
    await ZXingWASM.prepareZXingModule({
      overrides: { locateFile: (path, prefix) => (path.endsWith('.wasm') ? wasm : prefix + path) },
      fireImmediately: true,
    });
    self.postMessage({ ready: true });
  } catch (e) {
    self.postMessage({ failed: String(e) });
  }
}

async function read(frame) {
  let text = null;
  try {
    if (canvas?.width !== frame.width || canvas?.height !== frame.height) {
      canvas = new OffscreenCanvas(frame.width, frame.height);
      context = canvas.getContext('2d', { willReadFrequently: true });
    }
    context.drawImage(frame, 0, 0);
    const image = context.getImageData(0, 0, frame.width, frame.height);
    const [found] = await ZXingWASM.readBarcodes(image, options);
    if (found?.isValid) text = found.text;
  } catch {
    text = null; // a frame that cannot be read is followed by another
  } finally {
    frame.close();
  }
  self.postMessage({ text });
}

self.onmessage = ({ data }) => (data.zxing ? load(data) : read(data.frame));
