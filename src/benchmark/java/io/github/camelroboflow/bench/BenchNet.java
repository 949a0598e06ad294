package io.github.camelroboflow.bench;

import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The nets to measure, and their images. */
enum BenchNet {

    /** The shipped model, with the shipped samples of 1 to 2 megapixels. */
    SAMPLE("sample detector 320x320", Path.of("config/models"), new ModelId("parts-detect/1"), 320, 1),
    /** A net of YOLOv8n's size with random weights, with images of its own size. */
    LARGE("YOLOv8n size 640x640", Path.of("target/benchmark-models"), new ModelId("bench640/1"), 640, 4);

    private static final int LARGEST_FILE = 300_000;

    private final String title;
    private final Path directory;
    private final ModelId model;
    private final int side;
    private final int share;

    BenchNet(String title, Path directory, ModelId model, int side, int share) {
        this.title = title;
        this.directory = directory;
        this.model = model;
        this.side = side;
        this.share = share;
    }

    Path directory() {
        return directory;
    }

    ModelId model() {
        return model;
    }

    int side() {
        return side;
    }

    Path weights() {
        return directory.resolve(model.value()).resolve("weights.onnx");
    }

    /** Returns the number of images for a measurement, given the number for the small net. */
    int images(int count) {
        return Math.max(1, count / share);
    }

    List<byte[]> samples() throws IOException {
        List<byte[]> samples = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("config/samples"))) {
            for (Path file : files.filter(name -> name.toString().endsWith(".jpg")).sorted().toList()) {
                byte[] image = Files.readAllBytes(file);
                if (image.length < LARGEST_FILE) {
                    samples.add(this == LARGE ? Jpegs.resized(image, new ImageSize(side, side)) : image);
                }
            }
        }
        return samples;
    }

    /** Makes the files of the large net, unless they are there. */
    void make() throws IOException {
        if (this == LARGE) {
            YoloSizedNet.write(directory.resolve(model.value()));
        }
    }

    @Override
    public String toString() {
        return title;
    }
}
