"""Words of the pages in Chinese and English: the catalogue, the labels of closed lists, numbers and days."""
