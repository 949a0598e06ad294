package io.github.camelroboflow.app;

import io.github.camelroboflow.app.batch.BatchIdentity;
import io.github.camelroboflow.app.batch.ResultFiles;
import io.github.camelroboflow.app.batch.ResultLine;
import io.github.camelroboflow.app.settings.Settings.BatchSettings;
import io.github.camelroboflow.delivery.bucket.BucketImages.BucketAddress;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Explains an image of a batch from the files of its results, whether the batch runs or not. Writes nothing. */
final class BatchExplanation {

    private final BatchSettings settings;

    BatchExplanation(BatchSettings settings) {
        this.settings = settings;
    }

    /**
     * Returns the lines about an image.
     *
     * @param image its file, its address in the bucket, or its name in the results
     * @return empty if there is no result of such an image yet
     */
    Optional<String> of(Path image) throws IOException {
        Path out = Path.of(settings.out()).toAbsolutePath().normalize();
        String source = settings.in().isBlank() ? BatchIdentity.sourceOf(out) : settings.in();
        Optional<ResultLine> line = ResultFiles.find(out, name(image, source));
        return line.isEmpty() ? Optional.empty() : Optional.of(lines(line.get(), source, out).map(MessageText::printable)
                .collect(Collectors.joining("\n")) + "\n");
    }

    private static String name(Path image, String source) {
        if (BucketAddress.isMeant(source)) {
            return BucketAddress.of(source).name(image.toString());
        }
        Path in = Path.of(source).toAbsolutePath().normalize();
        Path file = image.toAbsolutePath().normalize();
        Path name = file.startsWith(in) && !file.equals(in) ? in.relativize(file) : image;
        return name.toString().replace(name.getFileSystem().getSeparator(), "/");
    }

    private static Stream<String> lines(ResultLine line, String source, Path out) throws IOException {
        String version = line.size() + " bytes, " + (line.etag() == null ? "changed at " + line.modified() : "etag " + line.etag());
        Stream<String> outcome = line.isFailure()
                ? Stream.of(line.image() + " failed: " + version, "  reason       " + line.error())
                : Stream.of(line.image() + " is done: " + version, "  model        " + BatchIdentity.modelOf(out),
                        "  found        " + Explanation.found(line.result()));
        return Stream.concat(outcome, Stream.of("  source       " + source,
                "  result       " + out.resolve(ResultFiles.LINES)));
    }
}
