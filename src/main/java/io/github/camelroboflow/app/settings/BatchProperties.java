package io.github.camelroboflow.app.settings;

import io.github.camelroboflow.app.settings.PropertyList.PropertyValues;
import io.github.camelroboflow.app.settings.Settings.BatchSettings;
import io.github.camelroboflow.app.settings.Settings.Property;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import io.github.camelroboflow.export.ExportFormat;
import java.util.Arrays;
import java.util.List;

/** Declares the route that runs a folder once. */
final class BatchProperties {

    static final PropertyList ALL = new PropertyList();

    static final Property<String> IN = ALL.text("in", "", """
            --- The route batch, which runs the images of a folder or a bucket once and ends. src/main/docs/batch.adoc \
            describes its files
            The folder of the images; or a bucket with the settings s3 above: s3://bucket/prefix; or a container with those of \
            azure: azure://container/prefix. They are only read""");
    static final Property<String> OUT = ALL.text("out", "", "The folder of the results, outside of in");
    static final Property<List<ExportFormat>> EXPORT = ALL.list("export", "", BatchProperties::format,
            "Further formats of the results, separated by commas: coco, yolo, voc, labelme, csv");

    private BatchProperties() {
    }

    private static ExportFormat format(String name) {
        return ExportFormat.of(name).orElseThrow(() -> new IllegalArgumentException("there is no export " + name + ": there are "
                + String.join(", ", Arrays.stream(ExportFormat.values()).map(ExportFormat::toString).toList())));
    }

    static BatchSettings batch(PropertyValues values) {
        return new BatchSettings(values.get(IN), values.get(OUT), values.get(EXPORT),
                new ImageNameFilter(values.get(FolderProperties.INBOX_EXTENSIONS), "", ""));
    }
}
