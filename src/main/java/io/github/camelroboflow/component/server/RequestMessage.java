package io.github.camelroboflow.component.server;

import io.github.camelroboflow.component.RoboflowConstants;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.server.InferenceRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Message;

/** A request as a message: its image or images as the body, and in headers the model and the options that are not the defaults. */
final class RequestMessage {

    private RequestMessage() {
    }

    static void fill(Message message, InferenceRequest request) {
        List<byte[]> images = new ArrayList<>();
        for (ImageSource image : request.images()) {
            images.add(bytes(image));
        }
        message.setBody(images.size() == 1 ? images.get(0) : images);
        message.setHeader(RoboflowServerConstants.REQUESTED_MODEL, request.model().id().value());
        message.setHeader(RoboflowServerConstants.REQUEST_ID, request.id());
        InferenceOptions options = request.options();
        InferenceOptions defaults = InferenceOptions.DEFAULTS;
        // thresholds always: the endpoint's own would take the place of the protocol's defaults
        message.setHeader(RoboflowConstants.OPTION_CONFIDENCE, options.confidence());
        message.setHeader(RoboflowConstants.OPTION_OVERLAP, options.overlap());
        message.setHeader(RoboflowConstants.OPTION_MAX_DETECTIONS, options.maxDetections());
        message.setHeader(RoboflowConstants.OPTION_ALLOW_TRUNCATED_IMAGES, options.allowTruncatedImages());
        set(message, RoboflowConstants.OPTION_CLASSES, options.classes(), defaults.classes());
        set(message, RoboflowConstants.OPTION_CLASS_AGNOSTIC_NMS, options.classAgnosticNms(), defaults.classAgnosticNms());
        set(message, RoboflowConstants.OPTION_DISABLE_PREPROC_AUTO_ORIENT, options.disablePreprocAutoOrient(), false);
        set(message, RoboflowConstants.OPTION_DISABLE_PREPROC_CONTRAST, options.disablePreprocContrast(), false);
        set(message, RoboflowConstants.OPTION_DISABLE_PREPROC_GRAYSCALE, options.disablePreprocGrayscale(), false);
        set(message, RoboflowConstants.OPTION_DISABLE_PREPROC_STATIC_CROP, options.disablePreprocStaticCrop(), false);
        set(message, RoboflowConstants.OPTION_KEYPOINT_CONFIDENCE, options.keypointConfidence(), defaults.keypointConfidence());
        set(message, RoboflowConstants.OPTION_MASK_DECODE_MODE, options.maskDecodeMode(), defaults.maskDecodeMode());
        set(message, RoboflowConstants.OPTION_TRADEOFF_FACTOR, options.tradeoffFactor(), defaults.tradeoffFactor());
        set(message, RoboflowConstants.OPTION_RESPONSE_MASK_FORMAT, options.responseMaskFormat(), defaults.responseMaskFormat());
    }

    private static void set(Message message, String header, Object value, Object standard) {
        if (!value.equals(standard)) {
            message.setHeader(header, value);
        }
    }

    private static byte[] bytes(ImageSource image) {
        try {
            return image.bytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
