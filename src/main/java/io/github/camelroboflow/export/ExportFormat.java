package io.github.camelroboflow.export;

import io.github.camelroboflow.inference.support.MessageText;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The formats that results are written in. */
public enum ExportFormat {

    /** COCO's JSON of objects: boxes, masks and keypoints of many images in one file. */
    COCO("application/json", true) {
        @Override
        String text(ExportedImage image, ClassCatalog classes) {
            return CocoWriter.document(image, classes);
        }

        @Override
        DatasetWriter writer(Dataset target) throws IOException {
            return new CocoWriter(target.folder(), target.classes());
        }
    },

    /** The labels of Ultralytics' YOLO: a text file for each image, with boxes, outlines, keypoints or oriented boxes. */
    YOLO("text/plain", true) {
        @Override
        String text(ExportedImage image, ClassCatalog classes) {
            return YoloLabels.lines(image, classes);
        }

        @Override
        DatasetWriter writer(Dataset target) {
            return new YoloLabels.LabelFiles(target.folder(), target.classes());
        }
    },

    /** Pascal VOC's XML: a file for each image, with boxes. */
    VOC("application/xml", true) {
        @Override
        String text(ExportedImage image, ClassCatalog classes) {
            return VocAnnotation.xml(image);
        }

        @Override
        DatasetWriter writer(Dataset target) {
            return new ImageFiles(target.folder().resolve("Annotations"), ".xml", VocAnnotation::xml);
        }
    },

    /** The JSON of the program LabelMe: a file for each image, with boxes, outlines and points that it can edit. */
    LABELME("application/json", true) {
        @Override
        String text(ExportedImage image, ClassCatalog classes) {
            return LabelMeShapes.json(image, image.fileName());
        }

        @Override
        DatasetWriter writer(Dataset target) {
            return new ImageFiles(target.folder(), ".json", image -> LabelMeShapes.json(image, target.pathTo(image)));
        }
    },

    /** A table with a row for each finding, of all tasks. */
    CSV("text/csv", false) {
        @Override
        String text(ExportedImage image, ClassCatalog classes) {
            return CsvTable.HEADER + CsvTable.rows(image);
        }

        @Override
        DatasetWriter writer(Dataset target) throws IOException {
            return new CsvTable(target.folder().resolve("results.csv"));
        }
    };

    private final String mediaType;
    private final boolean ofObjects;

    ExportFormat(String mediaType, boolean ofObjects) {
        this.mediaType = mediaType;
        this.ofObjects = ofObjects;
    }

    /**
     * A data set of many images.
     *
     * @param folder  a folder of its own, which exists and is empty
     * @param images  the folder to which the names of images are relative; empty if the images are in none
     * @param classes the classes with their ids; they include those of all results
     */
    public record Dataset(Path folder, Optional<Path> images, ClassCatalog classes) {

        /** Returns the path of an image as seen from the folder of its file in the data set; that folder if it is in none. */
        String pathTo(ExportedImage image) {
            return images.map(from -> pathFrom(from, image)).orElseGet(image::fileName);
        }

        private String pathFrom(Path root, ExportedImage image) {
            Path from = folder.resolve(image.name()).toAbsolutePath().normalize().getParent();
            Path to = root.resolve(image.name()).toAbsolutePath().normalize();
            return from.relativize(to).toString().replace(File.separatorChar, '/');
        }
    }

    /** Writes a data set, image by image. It is complete when the writer is closed. */
    public interface DatasetWriter extends Closeable {

        /**
         * Adds an image. The catalog has all of its classes and keypoints.
         *
         * @throws IllegalArgumentException if the format can't hold the result; nothing is written then
         */
        void add(ExportedImage image) throws IOException;
    }

    /** Returns the format with that name in small letters. */
    public static Optional<ExportFormat> of(String name) {
        return Arrays.stream(values()).filter(format -> format.toString().equals(name)).findFirst();
    }

    /** Returns the MIME type of a document. */
    public String mediaType() {
        return mediaType;
    }

    /**
     * Returns a document about one image that stands for itself.
     *
     * @param classes the classes with their ids; they include those of the result
     * @throws IllegalArgumentException if the format can't hold the result
     */
    public String document(ExportedImage image, ClassCatalog classes) {
        check(image);
        return text(image, classes);
    }

    /**
     * Returns a writer of many images. Its memory does not grow with their number.
     *
     * @throws IOException if the folder can't be written
     */
    public DatasetWriter open(Dataset target) throws IOException {
        DatasetWriter writer = writer(target);
        return new DatasetWriter() {
            @Override
            public void add(ExportedImage image) throws IOException {
                check(image);
                writer.add(image);
            }

            @Override
            public void close() throws IOException {
                writer.close();
            }
        };
    }

    private void check(ExportedImage image) {
        if (!ofObjects) {
            return;
        }
        if (!image.hasObjects()) {
            throw new IllegalArgumentException(this + " is for detected objects, and the result of "
                    + MessageText.printable(image.name()) + " has none by its task: csv is for all tasks");
        }
        if (image.size().area() == 0) {
            throw new IllegalArgumentException(this + " needs the size of the image, which the result of "
                    + MessageText.printable(image.name()) + " does not have");
        }
    }

    abstract String text(ExportedImage image, ClassCatalog classes);

    abstract DatasetWriter writer(Dataset target) throws IOException;

    /** Returns the name in small letters. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
