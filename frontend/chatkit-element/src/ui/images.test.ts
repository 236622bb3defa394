import { expect, test } from "vitest";
import { loadableImage } from "./images.ts";

const PIXEL = "data:image/png;base64,AAAA";

test.each([
  [PIXEL, [], true],
  ["https://pictures.example/a.png", [], false],
  ["https://pictures.example/a.png", ["pictures.example"], true],
  ["https://eu.pictures.example/a.png", ["pictures.example"], true],
  ["https://eu.pictures.example/a.png", ["*.pictures.example"], true],
  ["https://evilpictures.example/a.png", ["pictures.example"], false],
  ["https://pictures.example.evil.example/a.png", ["pictures.example"], false],
  ["https://pictures.example@evil.example/a.png", ["pictures.example"], false],
  ["http://pictures.example/a.png", ["pictures.example"], false],
  ["javascript:alert(1)//pictures.example", ["pictures.example"], false],
  ["data:image/svg+xml;base64,AAAA", ["pictures.example"], false],
  ["//pictures.example/a.png", ["pictures.example"], false],
  ["https://pictures.example/a.png", ["", "."], false],
])("%s with %j is loaded: %s", (address, domains, loaded) => {
  expect(loadableImage(address, domains) !== null).toBe(loaded);
});
