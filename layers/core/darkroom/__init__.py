"""Darkroom: photo uploads straight to S3, processed by small functions that each do one thing."""
