# What browsers get from npm packages: name under /static = path under public/node_modules
VENDOR := \
    ds-theme.css=@digdir/designsystemet-css/dist/theme/designsystemet.css \
    inter-latin.woff2=@fontsource-variable/inter/files/inter-latin-opsz-normal.woff2 \
    inter-latin-ext.woff2=@fontsource-variable/inter/files/inter-latin-ext-opsz-normal.woff2 \
    zxing-reader.js=zxing-wasm/dist/iife/reader/index.js \
    zxing_reader.wasm=zxing-wasm/dist/reader/zxing_reader.wasm
# ... and of this one only what is used (used.mjs)
DS := @digdir/designsystemet-css/dist/src/index.css
