package io.github.camelroboflow.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;

/** The bodies of the recorded requests by name, with one of the golden images. */
final class RecordedBodies {

    private static final byte[] JPEG = GoldenServer.image("t00_plain.jpg");
    private static final String TEXT = text(JPEG);

    private RecordedBodies() {
    }

    /** Returns the body of that name; {@code null} if the request has none. */
    static byte[] of(String name) {
        return switch (name) {
            case "none" -> null;
            case "base64" -> latin(TEXT);
            case "raw" -> JPEG;
            case "json" -> latin("{\"image\": {\"type\": \"base64\", \"value\": \"" + TEXT + "\"}}");
            case "truncated" -> latin(text(Arrays.copyOf(JPEG, JPEG.length / 2)));
            case "header" -> latin(text(Arrays.copyOf(JPEG, 100)));
            case "image_type-url-body" -> latin("http://127.0.0.1:9100/img/beer.jpg");
            case "image_type-file" -> latin("/etc/hostname");
            default -> name.startsWith("b64-") ? base64(name) : name.startsWith("multipart-") ? form(name)
                    : name.startsWith("infer-") ? infer(name) : latin(text(file(name)));
        };
    }

    private static byte[] base64(String name) {
        return latin(switch (name) {
            case "b64-garbage" -> "%%%%not-base64%%%%";
            // a length that needs padding, but without the padding
            case "b64-bad-padding" -> text(Arrays.copyOf(JPEG, JPEG.length + (JPEG.length % 3 == 0 ? 1 : 0))).replace("=", "");
            case "b64-one-char" -> "A";
            case "b64-non-image" -> text(latin("hello world, this is not an image"));
            case "b64-data-uri" -> "data:image/jpeg;base64," + TEXT;
            case "b64-data-uri-svg" -> "data:image/svg+xml;base64," + TEXT;
            case "b64-newlines" -> TEXT.replaceAll(".{76}", "$0\n");
            case "b64-crlf-end" -> TEXT + "\r\n";
            case "b64-urlsafe" -> TEXT.replace('+', '-').replace('/', '_');
            case "b64-percent-encoded" -> TEXT.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D");
            case "b64-plus-as-space" -> TEXT.replace('+', ' ');
            case "b64-quoted" -> "\"" + TEXT + "\"";
            case "b64-key-value" -> "image=" + TEXT;
            default -> throw new IllegalArgumentException(name);
        });
    }

    private static byte[] form(String name) {
        return switch (name) {
            case "multipart-file" -> part("file", new String(JPEG, StandardCharsets.ISO_8859_1));
            case "multipart-wrong-name" -> part("image", new String(JPEG, StandardCharsets.ISO_8859_1));
            case "multipart-not-image" -> part("file", "hello");
            case "multipart-empty" -> part("file", "");
            case "multipart-no-boundary" -> JPEG;
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static byte[] part(String name, String content) {
        return latin("------x12345\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"a.jpg\"\r\n"
                + "Content-Type: image/jpeg\r\n\r\n" + content + "\r\n------x12345--\r\n");
    }

    private static byte[] file(String name) {
        return switch (name) {
            case "gif" -> written("gif", picture(360, 240));
            case "png-1x1" -> written("png", picture(1, 1));
            case "tiff" -> GoldenServer.image("t57_deflate.tif");
            case "bmp" -> GoldenServer.image("t54_8bit.bmp");
            case "webp" -> GoldenServer.image("t51_lossy.webp");
            case "svg" -> latin("<svg xmlns='http://www.w3.org/2000/svg'/>");
            case "pdf" -> latin("%PDF-1.4 x");
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static BufferedImage picture(int width, int height) {
        return new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    }

    private static byte[] written(String format, BufferedImage picture) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, format, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    private static byte[] infer(String name) {
        if (name.equals("infer-od-bad-json")) {
            return latin("{bad");
        }
        String task = name.split("-")[1];
        String model = switch (task) {
            case "seg" -> "seg-stretch/1";
            case "kp" -> "pose-stretch/1";
            case "cls" -> "cls-single/1";
            case "sem" -> "sem-stretch/1";
            default -> name.equals("infer-od-wrong-task") ? "seg-stretch/1" : "det-stretch/1";
        };
        ObjectNode body = ServerResponse.JSON.createObjectNode().put("model_id", model).put("api_key", GoldenServer.KEY);
        body.putObject("image").put("type", "base64").put("value", TEXT);
        switch (name) {
            case "infer-od-class" -> body.putArray("class_filter").add("helmet");
            case "infer-od-agnostic" -> body.put("class_agnostic_nms", true);
            case "infer-od-list" -> body.set("image",
                    ServerResponse.JSON.createArrayNode().add(body.get("image")).add(body.get("image")));
            case "infer-od-vis" -> body.put("visualize_predictions", true).put("confidence", 0.9);
            case "infer-od-no-image" -> body.remove("image");
            case "infer-od-no-model" -> body.remove("model_id");
            case "infer-od-no-key" -> body.remove("api_key");
            case "infer-od-conf-str" -> body.put("confidence", "abc");
            case "infer-od-conf-2" -> body.put("confidence", 2);
            case "infer-od-url" -> body.putObject("image").put("type", "url").put("value", "http://127.0.0.1:9100/img/beer.jpg");
            case "infer-od-type-missing" -> ((ObjectNode) body.get("image")).remove("type");
            case "infer-seg" -> body.put("confidence", 0.8);
            case "infer-seg-bad-mode" -> body.put("mask_decode_mode", "bogus");
            case "infer-kp-conf" -> body.put("keypoint_confidence", 0.9);
            default -> {
                List<String> plain = List.of("infer-od", "infer-kp", "infer-cls", "infer-sem", "infer-od-wrong-task");
                if (!plain.contains(name)) {
                    throw new IllegalArgumentException(name);
                }
            }
        }
        return latin(body.toString());
    }

    private static String text(byte[] bytes) {
        return new String(GoldenServer.base64(bytes), StandardCharsets.US_ASCII);
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
