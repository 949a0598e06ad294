package io.github.camelroboflow.inference;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The id of a model: {@code project/version}, {@code workspace/model-slug}, or the alias of a public model such as
 * {@code rfdetr-base}. It has one or two segments of letters, digits and {@code . _ -}. No segment starts with a dot,
 * so that an id never leads out of its directory.
 */
public record ModelId(String value) {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)?");

    /** @throws IllegalArgumentException if the text is not a model id */
    public ModelId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("'" + value + "' is not a model id: use project/version, such as my-project/3,"
                    + " workspace/model, or the name of a public model");
        }
    }

    /** Returns whether the text is a model id. */
    public static boolean isValid(String text) {
        return text != null && FORM.matcher(text).matches();
    }

    /** Returns {@code my-project} for {@code my-project/3}, and the whole alias of a public model. */
    public String project() {
        return value.contains("/") ? value.substring(0, value.indexOf('/')) : value;
    }

    /** Returns the id by which servers know the model: {@code coco/38} for {@code rfdetr-nano}, and otherwise the same id. */
    public ModelId canonical() {
        String id = PublicModels.IDS.get(value);
        return id == null ? this : new ModelId(id);
    }

    /** Returns all ids of the model: first the one by which servers know it, then its aliases. */
    public List<ModelId> synonyms() {
        ModelId id = canonical();
        return Stream.concat(Stream.of(id), PublicModels.IDS.entrySet().stream().filter(entry -> entry.getValue().equals(id.value))
                .map(entry -> new ModelId(entry.getKey()))).toList();
    }

    @Override
    public String toString() {
        return value;
    }

    /** The public models with an alias. Servers know them by project and version only. */
    public static final class PublicModels {

        private static final Map<String, String> IDS = read();

        private PublicModels() {
        }

        private static Map<String, String> read() {
            Properties properties = new Properties();
            try (InputStream resource = ModelId.class.getResourceAsStream("public-models.properties")) {
                properties.load(resource);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Map<String, String> ids = new TreeMap<>();
            properties.stringPropertyNames().forEach(alias -> ids.put(alias, properties.getProperty(alias)));
            return ids;
        }

        /** Returns whether the text is the alias of a public model. */
        public static boolean hasAlias(String text) {
            return IDS.containsKey(text);
        }

        /**
         * Returns the id with two parts by which servers know the model.
         *
         * @throws IllegalArgumentException if the id has one part and is no alias of a public model
         */
        public static String resolve(ModelId model) {
            String id = model.canonical().value;
            if (!id.contains("/")) {
                throw new IllegalArgumentException("'" + model + "' is no public model such as rfdetr-nano, rfdetr-seg-small,"
                        + " yolo26n-640 or yolov8n-pose-640: use project/version, such as my-project/3");
            }
            return id;
        }
    }
}
