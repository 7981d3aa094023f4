"""Pictures as arrays and tensors: conversion, exact resizing, noise, colour, grain and masks."""
