package io.github.camelroboflow.app.batch;

import io.github.camelroboflow.annotate.Annotator;
import io.github.camelroboflow.annotate.Annotator.AnnotationStyle;
import io.github.camelroboflow.app.batch.BatchCounts.OfClass;
import io.github.camelroboflow.app.batch.BatchSource.TakenImage;
import io.github.camelroboflow.delivery.bucket.BucketImages;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.support.MessageText;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map.Entry;
import java.util.Optional;
import net.coobird.thumbnailator.Thumbnails;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes {@code report.html}, a page in one file that needs no network: counts, a histogram of the confidence, failures, and
 * thumbnails of at most 200 images, evenly spread. Names and reasons come from outside and are escaped.
 */
final class BatchReport {

    static final int MOST_THUMBNAILS = 200;

    private static final Logger LOG = LoggerFactory.getLogger(BatchReport.class);
    private static final int SIDE = 240;
    private static final String FILE = "report.html";
    private static final String STYLE = """
            :root { color-scheme: light dark; --bar: #2a78b8; --line: #8888; }
            @media (prefers-color-scheme: dark) { :root { --bar: #5fa8e0; } }
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
            table { border-collapse: collapse; }
            td, th { border-bottom: 1px solid var(--line); padding: .2rem .8rem .2rem 0; text-align: left; }
            .n { text-align: right; font-variant-numeric: tabular-nums; }
            .h { display: flex; align-items: flex-end; height: 8rem; gap: 2px; max-width: 40rem;
                border-bottom: 1px solid var(--line); }
            .h div { background: var(--bar); flex: 1; min-height: 1px; }
            .t { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; }
            figure { margin: 0; } figure img { max-width: 100%; } figcaption, td { overflow-wrap: anywhere; }
            """;

    private final Path folder;
    private final BatchSource images;
    private final BatchCounts counts;
    private final Path temporary;
    private final Writer html;
    private long read;
    private long taken;
    private boolean down;

    BatchReport(Path folder, BatchSource images, BatchCounts counts) throws IOException {
        this.folder = folder;
        this.images = images;
        this.counts = counts;
        temporary = folder.resolve("." + FILE + ".tmp");
        html = Files.newBufferedWriter(temporary);
        html.write("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
                + " content=\"width=device-width\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
                + " img-src data:; style-src 'unsafe-inline'\"><title>Batch of " + MessageText.html(images.address())
                + "</title><style>\n" + STYLE + "</style></head><body>\n<h1>" + MessageText.html(images.address()) + "</h1>\n");
        html.write("<p>" + number(counts.ended()) + " images: " + number(counts.done()) + " done, " + number(counts.failed())
                + " failed. Nothing was found in " + number(counts.empty()) + ".</p>\n");
        classes();
        histogram();
        failures();
        html.write("<h2>Images</h2>\n<div class=\"t\">\n");
    }

    private void classes() throws IOException {
        html.write("<h2>Classes</h2>\n<table><tr><th>class<th class=\"n\">images<th class=\"n\">findings"
                + "<th class=\"n\">mean confidence</tr>\n");
        for (Entry<String, OfClass> entry : counts.classes()) {
            OfClass found = entry.getValue();
            html.write("<tr><td>" + MessageText.html(entry.getKey()) + "<td class=\"n\">" + number(found.images())
                    + "<td class=\"n\">"
                    + number(found.findings()) + "<td class=\"n\">" + String.format(Locale.ROOT, "%.2f", found.confidence())
                    + "</tr>\n");
        }
        html.write("</table>\n");
    }

    private void histogram() throws IOException {
        long[] columns = counts.histogram();
        long most = Math.max(1, Arrays.stream(columns).max().orElse(1));
        html.write("<h2>Confidence of the findings, from 0 to 1</h2>\n<div class=\"h\">");
        for (int i = 0; i < columns.length; i++) {
            html.write(String.format(Locale.ROOT, "<div style=\"height:%.1f%%\" title=\"%.2f to %.2f: %,d\"></div>",
                    100.0 * columns[i] / most, (double) i / columns.length, (i + 1.0) / columns.length, columns[i]));
        }
        html.write("</div>\n");
    }

    private void failures() throws IOException {
        if (counts.failures().isEmpty()) {
            return;
        }
        html.write("<h2>Failures</h2>\n");
        if (counts.failed() > counts.failures().size()) {
            html.write("<p>The first " + counts.failures().size() + "; results.csv has all.</p>\n");
        }
        html.write("<table><tr><th>image<th>reason</tr>\n");
        for (ResultLine line : counts.failures()) {
            html.write("<tr><td>" + MessageText.html(line.image()) + "<td>" + MessageText.html(line.error()) + "</tr>\n");
        }
        html.write("</table>\n");
    }

    /** Adds the thumbnail of an image if it is one of those in the report. */
    void add(ResultLine line) throws IOException {
        read++;
        if (read * Math.min(MOST_THUMBNAILS, counts.done()) / counts.done() <= taken) {
            return;
        }
        taken++;
        html.write("<figure>");
        Optional<byte[]> thumbnail = thumbnail(line);
        if (thumbnail.isPresent()) {
            html.write("<img loading=\"lazy\" alt=\"\" src=\"data:image/jpeg;base64,"
                    + Base64.getEncoder().encodeToString(thumbnail.get()) + "\">");
        }
        html.write("<figcaption>" + MessageText.html(line.image()) + ": "
                + MessageText.html(line.result().counts().isEmpty() ? "nothing found" : summary(line))
                + "</figcaption></figure>\n");
    }

    private static String summary(ResultLine line) {
        StringBuilder summary = new StringBuilder();
        line.result().counts().forEach((name, count) -> summary.append(summary.isEmpty() ? "" : ", ").append(count).append(' ')
                .append(name));
        return summary.toString();
    }

    private Optional<byte[]> thumbnail(ResultLine line) {
        if (down) {
            return Optional.empty();
        }
        try {
            TakenImage image = taken(line);
            try {
                // another image may have its name by now
                return image.sha256().equals(line.sha256()) ? Optional.of(small(drawn(line, image.image().file())))
                        : Optional.empty();
            } finally {
                images.release(image.image());
            }
        } catch (BucketException e) {
            // each further request may take as long
            down = true;
            LOG.warn("The report has no more thumbnails: {}", MessageText.printable(e.getMessage()));
            return Optional.empty();
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // one image never ends a batch
            LOG.debug("{} has no thumbnail", line.image(), e);
            return Optional.empty();
        }
    }

    /** Takes an image, and tries that as often as it takes to tell a bucket that is down from an object that can't be read. */
    private TakenImage taken(ResultLine line) throws IOException {
        for (BatchImage image = line.listed();; image = image.again()) {
            try {
                return images.take(image);
            } catch (BucketException e) {
                if (image.tries() == BucketImages.MOST_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Returns the image with its result; without it where OpenCV is missing. */
    private static byte[] drawn(ResultLine line, Path file) throws IOException {
        try {
            return Annotator.draw(ImageSource.of(file), line.result(), AnnotationStyle.DEFAULTS);
        } catch (RoboflowException e) {
            return Files.readAllBytes(file);
        }
    }

    private static byte[] small(byte[] image) throws IOException {
        ByteArrayOutputStream small = new ByteArrayOutputStream();
        BufferedImage picture = Thumbnails.of(new ByteArrayInputStream(image)).size(SIDE, SIDE).asBufferedImage();
        Thumbnails.of(picture).scale(1).outputFormat("jpg").outputQuality(0.8).toOutputStream(small);
        return small.toByteArray();
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Ends the page and gives it its name. */
    void complete() throws IOException {
        html.write("</div>\n</body></html>\n");
        html.close();
        Files.move(temporary, folder.resolve(FILE), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
