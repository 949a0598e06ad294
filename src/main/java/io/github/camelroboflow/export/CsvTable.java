package io.github.camelroboflow.export;

import io.github.camelroboflow.export.ExportFormat.DatasetWriter;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.Finding;
import io.github.camelroboflow.inference.Inference.LocatedInference;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a table as RFC 4180 defines it, with a row for each finding, and one for an image without any. {@code x} and {@code y} are
 * the center of a box, in pixels from the left and the top, as in the JSON of results; classes of a whole image have no box.
 * {@code coverage} is the share of the image's pixels that have a class of a semantic segmentation, 0 to 1. A text from outside
 * that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV Injection").
 */
public final class CsvTable implements DatasetWriter {

    /** The row of column names, with its line break. */
    public static final String HEADER =
            "image,image_width,image_height,class,class_id,confidence,x,y,width,height,coverage,error\r\n";

    /** The first characters of formulas. */
    private static final String FORMULAS = "=+-@\t\r";

    private final Writer out;

    CsvTable(Path file) throws IOException {
        out = Files.newBufferedWriter(file);
        out.write(HEADER);
    }

    /** Returns the rows of an image, each with its line break. */
    public static String rows(ExportedImage image) {
        List<? extends Finding> findings = image.result().findings();
        if (findings.isEmpty()) {
            return row(image.name(), image.size().width(), image.size().height(), "", "", "", "", "", "", "", "", "");
        }
        return findings.stream().map(finding -> row(image, finding)).collect(Collectors.joining());
    }

    /** Returns the row of an image that failed. */
    public static String failure(String image, String error) {
        return row(image, "", "", "", "", "", "", "", "", "", "", error);
    }

    private static String row(ExportedImage image, Finding finding) {
        if (finding instanceof Detection object) {
            return row(image.name(), image.size().width(), image.size().height(), object.className(), object.classId(),
                    object.confidence(), object.x(), object.y(), object.width(), object.height(), "", "");
        }
        Object coverage = image.result() instanceof LocatedInference located && image.size().area() > 0
                ? located.coverage(finding.className()) : "";
        return row(image.name(), image.size().width(), image.size().height(), finding.className(),
                ((ClassScore) finding).classId(), finding.confidence(), "", "", "", "", coverage, "");
    }

    private static String row(Object... fields) {
        return Stream.of(fields)
                .map(field -> field instanceof String text ? quoted(harmless(text)) : String.valueOf(field))
                .collect(Collectors.joining(",", "", "\r\n"));
    }

    private static String harmless(String text) {
        return !text.isEmpty() && FORMULAS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String quoted(String field) {
        return field.chars().anyMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r')
                ? '"' + field.replace("\"", "\"\"") + '"' : field;
    }

    @Override
    public void add(ExportedImage image) throws IOException {
        out.write(rows(image));
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
