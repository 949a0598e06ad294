package io.github.camelroboflow.export;

import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.StringWriter;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes an annotation of Pascal VOC (development kit of VOC2012, section "Annotations"). Corners count pixels from 1, and the last
 * pixel belongs to the box: the box of a whole image is 1, 1, width, height. They are whole numbers inside the image. The format
 * has only upright boxes: outlines, keypoints and angles are not in it. {@code confidence} is an addition that readers skip.
 */
final class VocAnnotation {

    private VocAnnotation() {
    }

    static String xml(ExportedImage image) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            xml.writeStartElement("annotation");
            int slash = image.name().lastIndexOf('/');
            element(xml, "folder", slash < 0 ? "" : image.name().substring(0, slash));
            element(xml, "filename", image.fileName());
            xml.writeStartElement("size");
            element(xml, "width", image.size().width());
            element(xml, "height", image.size().height());
            element(xml, "depth", 3);
            xml.writeEndElement();
            element(xml, "segmented", 0);
            for (Detection object : image.objects()) {
                object(xml, object, image.size());
            }
            xml.writeEndElement();
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("an annotation could not be written as XML", e);
        }
        return text.append('\n').toString();
    }

    private static void object(XMLStreamWriter xml, Detection object, ImageSize image) throws XMLStreamException {
        Box box = object.box();
        long xmin = pixel(box.x1() + 1, image.width());
        long ymin = pixel(box.y1() + 1, image.height());
        xml.writeStartElement("object");
        element(xml, "name", object.className());
        element(xml, "pose", "Unspecified");
        element(xml, "truncated", 0);
        element(xml, "difficult", 0);
        element(xml, "confidence", String.format(Locale.ROOT, "%.4f", object.confidence()));
        xml.writeStartElement("bndbox");
        element(xml, "xmin", xmin);
        element(xml, "ymin", ymin);
        element(xml, "xmax", Math.max(xmin, pixel(box.x2(), image.width())));
        element(xml, "ymax", Math.max(ymin, pixel(box.y2(), image.height())));
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private static long pixel(double position, int last) {
        return Math.max(1, Math.min(last, Math.round(position)));
    }

    private static void element(XMLStreamWriter xml, String name, Object value) throws XMLStreamException {
        xml.writeStartElement(name);
        xml.writeCharacters(allowed(value.toString()));
        xml.writeEndElement();
    }

    /** Replaces the characters that XML can't hold, which names of files and classes can have. */
    private static String allowed(String text) {
        StringBuilder allowed = new StringBuilder(text.length());
        text.codePoints().map(c -> c == '\t' || c == '\n' || c == '\r' || c >= 0x20 && c <= 0xD7FF
                || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000 ? c : 0xFFFD).forEach(allowed::appendCodePoint);
        return allowed.toString();
    }
}
