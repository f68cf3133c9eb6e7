// Reads QR codes out of camera frames, away from the page. Its own response allows WebAssembly.
/* global importScripts, ZXingWASM */
const options = { formats: ['QRCode'], maxNumberOfSymbols: 1, tryHarder: true };
let canvas;
let context;

self.onmessage = async ({ data }) => {
  if (data.zxing) {
    importScripts(data.zxing);
    await ZXingWASM.prepareZXingModule({
      overrides: { locateFile: (path, prefix) => (path.endsWith('.wasm') ? data.wasm : prefix + path) },
      fireImmediately: true,
    });
    self.postMessage({ ready: true });
    return;
  }
  const { frame } = data;
  let text = null;
  try {
    if (!canvas || canvas.width !== frame.width || canvas.height !== frame.height) {
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
};
