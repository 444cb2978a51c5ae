import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

export default defineConfig({
  plugins: [viteSingleFile({ removeViteModuleLoader: true })],
  build: { modulePreload: false, target: "es2022", reportCompressedSize: false, chunkSizeWarningLimit: 1500 },
});
