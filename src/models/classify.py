"""Trains the single-label classifier (five classes and "empty") on the trained backbone, for a fixed time.

    python3 classify.py --minutes 4 --singles out/singles --init out/parts.pt --out out/classifier.pt
"""

import argparse
import math
import os
import random
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional

from dataset import SEEDS, SINGLE_CLASSES, SINGLE_SIZE, draw_single_image
from network import Backbone, Classifier, PartsNetwork

BATCH_SIZE = 32
LEARNING_RATE = 1.5e-3
WARM_UP_STEPS = 30
LOG_EVERY_STEPS = 50


def load_singles(folder):
    """(uint8 images [count, 3, 160, 160], int64 labels [count])."""
    images = torch.from_numpy(np.load(Path(folder) / "images.npy")).permute(0, 3, 1, 2).contiguous()
    return images, torch.from_numpy(np.load(Path(folder) / "labels.npy"))


def augment(images):
    """Mirrors and transposes a batch (float, 0..1) at random; changes each image's colours."""
    if random.random() < 0.5:
        images = images.flip(3)
    if random.random() < 0.5:
        images = images.flip(2)
    if random.random() < 0.5:
        images = images.transpose(2, 3)
    count = len(images)
    brightness = 1 + 0.25 * (torch.rand(count, 1, 1, 1) * 2 - 1)
    cast = 1 + 0.06 * (torch.rand(count, 3, 1, 1) * 2 - 1)
    images = images * brightness * cast
    grey = torch.rand(count, 1, 1, 1) < 0.12
    return torch.where(grey, images.mean(1, keepdim=True), images).clamp(0, 1).contiguous()


def train(classifier, images, labels, seconds):
    optimizer = torch.optim.AdamW(classifier.parameters(), lr=LEARNING_RATE, weight_decay=0.02)
    classifier.train()
    start, step, total = time.time(), 0, 0.0
    while time.time() - start < seconds:
        progress = (time.time() - start) / seconds
        rate = LEARNING_RATE * min(1, (step + 1) / WARM_UP_STEPS) * 0.5 * (1 + math.cos(math.pi * progress))
        for group in optimizer.param_groups:
            group["lr"] = rate
        chosen = torch.randint(len(images), (BATCH_SIZE,))
        logits = classifier(augment(images[chosen].float() / 255))
        loss = functional.cross_entropy(logits, labels[chosen], label_smoothing=0.03)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
        total += loss.item()
        if step % LOG_EVERY_STEPS == 0:
            print(
                f"{time.time() - start:5.0f} s, step {step}, loss {total / LOG_EVERY_STEPS:.3f}", flush=True
            )
            total = 0.0


@torch.no_grad()
def confusion(classifier, images, labels):
    """Counts [true class, predicted class]."""
    classifier.eval()
    counts = torch.zeros(len(SINGLE_CLASSES), len(SINGLE_CLASSES), dtype=torch.int64)
    for first in range(0, len(images), 50):
        predicted = classifier(images[first : first + 50].float() / 255).argmax(1)
        for truth, guess in zip(labels[first : first + 50].tolist(), predicted.tolist()):
            counts[truth, guess] += 1
    return counts


def heldout_singles(count):
    """Images from seeds that are used nowhere else, reduced as the training images are."""
    labels = torch.arange(count) % len(SINGLE_CLASSES)
    images = []
    for index, label in enumerate(labels.tolist()):
        size = int(np.random.default_rng(index).integers(320, 900))
        image = draw_single_image(SEEDS["singles_heldout"] + index, label, size)
        images.append(cv2.resize(image, (SINGLE_SIZE, SINGLE_SIZE), interpolation=cv2.INTER_LINEAR))
    return torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).contiguous(), labels


def report(counts):
    accuracy = float(counts.diagonal().sum() / counts.sum())
    print(f"accuracy {accuracy:.3f} on {int(counts.sum())} images never trained on")
    for name, row, correct in zip(SINGLE_CLASSES, counts, counts.diagonal()):
        print(f"  {name:8} {float(correct / row.sum().clamp(1)):.3f}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, required=True, help="0: only test what --resume loads")
    parser.add_argument("--singles", required=True, help="folder from dataset.py singles")
    parser.add_argument(
        "--init", help="a checkpoint of train.py; without it the backbone starts from scratch"
    )
    parser.add_argument("--resume", help="a checkpoint of this program to go on from")
    parser.add_argument("--out", required=True, help="the checkpoint to write")
    parser.add_argument("--heldout", type=int, default=240, help="how many images to test on at the end")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    random.seed(0)
    torch.manual_seed(0)
    backbone = Backbone()
    if arguments.init:
        network = PartsNetwork()
        network.load_state_dict(torch.load(arguments.init))
        backbone = network.backbone
    classifier = Classifier(backbone, len(SINGLE_CLASSES))
    if arguments.resume:
        classifier.load_state_dict(torch.load(arguments.resume))
    train(classifier, *load_singles(arguments.singles), arguments.minutes * 60)
    torch.save(classifier.state_dict(), arguments.out)
    report(confusion(classifier, *heldout_singles(arguments.heldout)))


if __name__ == "__main__":
    main()
