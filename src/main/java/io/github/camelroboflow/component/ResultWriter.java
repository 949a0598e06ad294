package io.github.camelroboflow.component;

import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_AUTO_ORIENT;
import static io.github.camelroboflow.inference.InferenceOption.FORMAT;
import static io.github.camelroboflow.inference.InferenceOption.LABELS;
import static io.github.camelroboflow.inference.InferenceOption.STROKE;

import io.github.camelroboflow.annotate.Annotator.AnnotationStyle;
import io.github.camelroboflow.annotate.Annotator;
import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.MultiLabelClassification;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.Hashes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Writes a summary of a result into headers, so that routes can choose without reading the body. */
final class ResultWriter {

    static final String JSON = "application/json";

    private static final List<String> ALL = List.of(RoboflowConstants.MODEL_ID, RoboflowConstants.TASK, RoboflowConstants.CLASSES,
            RoboflowConstants.COUNTS, RoboflowConstants.CONFIDENCES, RoboflowConstants.TOP_CLASS, RoboflowConstants.TOP_CONFIDENCE,
            RoboflowConstants.PREDICTION_COUNT, RoboflowConstants.IMAGE_WIDTH, RoboflowConstants.IMAGE_HEIGHT,
            RoboflowConstants.IMAGE_DAMAGED, RoboflowConstants.INFERENCE_ID, RoboflowConstants.INFERENCE_TIME,
            RoboflowConstants.RESULT_KEY, RoboflowConstants.DELIVERY_ID, RoboflowConstants.IMAGE_NAMES);

    private ResultWriter() {
    }

    /**
     * Removes the headers and properties of an earlier call, so that a failure or a batch does not leave the result of another
     * message.
     */
    static void clear(Exchange exchange) {
        ALL.forEach(exchange.getMessage()::removeHeader);
        exchange.removeProperty(ContractNames.INFERENCE);
        exchange.removeProperty(ContractNames.MODEL_CLASSES);
        exchange.removeProperty(ContractNames.CONFIDENCE);
    }

    static void set(Message message, Inference inference, ModelDescription model, String resultKey, String deliveryId) {
        InferenceInfo info = inference.info();
        Map<String, Double> confidences = inference.confidences();
        List<String> classes = List.copyOf(confidences.keySet());
        message.setHeader(RoboflowConstants.MODEL_ID, model.id().value());
        Tasks.of(inference, model).ifPresent(task -> message.setHeader(RoboflowConstants.TASK, task.toString()));
        message.setHeader(RoboflowConstants.CLASSES, classes);
        message.setHeader(RoboflowConstants.COUNTS, inference.counts());
        message.setHeader(RoboflowConstants.CONFIDENCES, confidences);
        if (!classes.isEmpty()) {
            message.setHeader(RoboflowConstants.TOP_CLASS, classes.get(0));
            message.setHeader(RoboflowConstants.TOP_CONFIDENCE, confidences.get(classes.get(0)));
        }
        message.setHeader(RoboflowConstants.PREDICTION_COUNT, inference.findings().size());
        if (!info.image().equals(ImageSize.UNKNOWN)) {
            message.setHeader(RoboflowConstants.IMAGE_WIDTH, info.image().width());
            message.setHeader(RoboflowConstants.IMAGE_HEIGHT, info.image().height());
        }
        if (info.imageDamaged()) {
            message.setHeader(RoboflowConstants.IMAGE_DAMAGED, true);
        }
        if (!info.inferenceId().isEmpty()) {
            message.setHeader(RoboflowConstants.INFERENCE_ID, info.inferenceId());
        }
        if (!Double.isNaN(info.time())) {
            message.setHeader(RoboflowConstants.INFERENCE_TIME, info.time());
        }
        message.setHeader(RoboflowConstants.RESULT_KEY, resultKey);
        message.setHeader(RoboflowConstants.DELIVERY_ID, deliveryId);
        message.setHeader(Exchange.CONTENT_TYPE, JSON);
    }

    /** Makes the body that {@code format} selects. */
    static final class Body {

        static final String JPEG = "image/jpeg";

        private Body() {
        }

        /**
         * Returns the result, the result with a visualization, or the visualization alone as the bytes of a JPEG. A visualization
         * that came from the server with the result is used as it is.
         *
         * @throws RoboflowException if the result can't be drawn on the image
         */
        static Object of(ImageSource image, Inference inference, ModelDescription model, InferenceOptions options) {
            return switch (options.get(FORMAT)) {
                case JSON -> inference;
                case IMAGE -> isDrawn(inference) ? received(image, inference) : draw(image, inference, model, options);
                case IMAGE_AND_JSON -> isDrawn(inference) ? inference
                        : inference.withVisualization(Base64.getEncoder().encodeToString(draw(image, inference, model, options)));
            };
        }

        private static boolean isDrawn(Inference inference) {
            return !inference.info().visualization().isEmpty();
        }

        static byte[] received(ImageSource image, Inference inference) {
            try {
                return Base64.getDecoder().decode(inference.info().visualization());
            } catch (IllegalArgumentException e) {
                throw new RoboflowException("the visualization that came with the result for image '" + image.name()
                        + "' is not base64", e);
            }
        }

        private static byte[] draw(ImageSource image, Inference inference, ModelDescription model, InferenceOptions options) {
            if (image instanceof ImageSource.OfUrl) {
                throw new RoboflowException("the server sent no visualization for image '" + image.name()
                        + "', and its bytes are not here to draw on: use format=json");
            }
            try {
                return Annotator.draw(image, inference, new AnnotationStyle(model.appearance(), options.get(LABELS),
                        options.get(STROKE), !options.get(DISABLE_PREPROC_AUTO_ORIENT)));
            } catch (NoClassDefFoundError e) {
                throw new RoboflowException("the server sent no visualization for image '" + image.name()
                        + "', and OpenCV, which is needed to draw it here, is missing on the class path:"
                        + " add org.bytedeco:opencv-platform", e);
            }
        }
    }

    /** Determines the task of a model, from its description or from its results. */
    static final class Tasks {

        private Tasks() {
        }

        /** Returns whether the result describes the image as a whole, so that it can't be merged from the results of tiles. */
        static boolean isWholeImage(Task task) {
            return task == Task.CLASSIFICATION || task == Task.MULTI_LABEL_CLASSIFICATION;
        }

        /**
         * Returns the task; empty if it is not known and nothing was found, since empty results of boxes, masks and keypoints look
         * the same.
         */
        static Optional<Task> of(Inference inference, ModelDescription model) {
            if (model.task() != null) {
                return Optional.of(model.task());
            }
            if (inference instanceof Detections detections) {
                return detections.predictions().isEmpty() ? Optional.empty() : Optional.of(of(detections.predictions().get(0)));
            }
            if (inference instanceof SemanticSegmentation) {
                return Optional.of(Task.SEMANTIC_SEGMENTATION);
            }
            if (inference instanceof Classification) {
                return Optional.of(Task.CLASSIFICATION);
            }
            return inference instanceof MultiLabelClassification ? Optional.of(Task.MULTI_LABEL_CLASSIFICATION) : Optional.empty();
        }

        private static Task of(Detection detection) {
            if (!detection.keypoints().isEmpty()) {
                return Task.KEYPOINT_DETECTION;
            }
            return detection.masked() ? Task.INSTANCE_SEGMENTATION : Task.OBJECT_DETECTION;
        }
    }

    /** The classes of a model on a server; only the results of some tasks contain them. */
    static final class ReportedClasses {

        private ReportedClasses() {
        }

        /** Returns all classes of the model; empty if the result contains only the classes that were found. */
        static List<String> of(Inference inference) {
            if (inference instanceof MultiLabelClassification labels) {
                return labels.predictions().stream().map(ClassScore::className).toList();
            }
            return inference instanceof SemanticSegmentation pixels ? List.copyOf(pixels.classMap().values()) : List.of();
        }
    }

    /** Computes the ids by which receivers recognize equal results and repeated deliveries. */
    static final class ResultKeys {

        private ResultKeys() {
        }

        /**
         * Returns the SHA-256 of the image's bytes, the model's id, its weights where known, and the options, in hex.
         *
         * @throws InvalidImageException if the image is gone
         */
        static String resultKey(ImageSource image, ModelDescription model, InferenceOptions options) {
            return resultKey(image, model.id().value(), model.weightsHash(), options.fingerprint());
        }

        /**
         * Returns the SHA-256 of the image's bytes and of everything else that a result depends on, in hex.
         *
         * @throws InvalidImageException if the image is gone
         */
        static String resultKey(ImageSource image, String... rest) {
            MessageDigest digest = Hashes.sha256();
            try {
                digest.update(Hashes.sha256(image));
            } catch (NoSuchFileException e) {
                throw new InvalidImageException("the image " + image.name()
                        + " is gone: its file was removed while it was worked on", e);
            } catch (IOException e) {
                throw new UncheckedIOException("the image " + image.name() + " can't be read: " + e.getMessage(), e);
            }
            return hex(digest, rest);
        }

        /**
         * Returns the SHA-256 of the result key and the image's origin, in hex. The origin is the endpoint or the source in the
         * exchange's properties, the name or key, and the modified time, etag or version; for messages without a name it is their
         * id.
         */
        static String deliveryId(String resultKey, Exchange exchange) {
            String said = exchange.getProperty(ContractNames.SOURCE, String.class);
            if (said != null) {
                return hex(Hashes.sha256(), resultKey, said, exchange.getProperty(ContractNames.IMAGE_NAME, "", String.class),
                        exchange.getProperty(ContractNames.IMAGE_VERSION, "", String.class));
            }
            Message message = exchange.getMessage();
            String source = exchange.getFromEndpoint() == null ? "" : exchange.getFromEndpoint().getEndpointBaseUri();
            String name = first(message, Exchange.FILE_NAME_CONSUMED, Exchange.FILE_NAME, "CamelAwsS3Key");
            if (name.isEmpty()) {
                return hex(Hashes.sha256(), resultKey, source, Objects.toString(message.getMessageId(), exchange.getExchangeId()));
            }
            String bucket = first(message, "CamelAwsS3BucketName");
            String version = first(message, Exchange.FILE_LAST_MODIFIED, "CamelAwsS3VersionId", "CamelAwsS3ETag");
            return hex(Hashes.sha256(), resultKey, source, bucket, name, version);
        }

        private static String first(Message message, String... headers) {
            return Stream.of(headers).map(header -> message.getHeader(header, String.class)).filter(Objects::nonNull).findFirst()
                    .orElse("");
        }

        /** Hashes each part with its length before it, so that two different lists of parts never give the same bytes. */
        private static String hex(MessageDigest digest, String... parts) {
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        }
    }
}
