# What browsers get from npm packages: name under /static = path under public/node_modules
VENDOR := \
    zxing-reader.js=zxing-wasm/dist/iife/reader/index.js \
    zxing_reader.wasm=zxing-wasm/dist/reader/zxing_reader.wasm
# ... and of these only what is used (sheets.mjs)
DS := @digdir/designsystemet-css/dist/src/index.css
DS_THEME := @digdir/designsystemet-css/dist/theme/designsystemet.css
